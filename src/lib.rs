//! audient: is this token active for this named audience, and if not, why?
//!
//! # The map
//!
//! Modules in the order a token meets them. PURE ones decide on values: no clock,
//! no I/O, no waiting, no logging.
//!
//! | module | what it is |
//! |---|---|
//! | [`io`], [`server`], [`probes`] | connections, ports, drain; plain HTTP for probes |
//! | [`grpc`], [`pb`] | the wire: protobuf in, a decision, protobuf out; the messages, generated |
//! | [`introspect`] | one question from text to verdict; the only place where waiting meets deciding |
//! | [`explain`] | the same token with every check kept, before one audience or all; never waits |
//! | `case` | a token before an audience: the step from facts and keys at hand to a judgement |
//! | [`token`] | PURE: what was presented, read strictly into facts |
//! | [`policy`] | PURE: what an operator configured: issuers, and named audiences that trust them |
//! | [`keys`] | PURE: what may have signed it: JWK Sets, key selection, signatures |
//! | [`verdict`] | PURE: the answer: every check once, every rejection kept |
//! | [`jwks`] | where keys come from: one task an issuer fetches, callers read |
//! | [`doctor`] | an issuer looked at step by step, by the same requests and rules |
//! | [`telemetry`], [`readiness`] | what the service tells about itself |
//! | [`config`], [`boot`], [`world`] | from files to one immutable value that a call loads once |
//! | [`replica`] | what this process is called, and since when it runs |
//! | [`cli`], [`dev`] | the person; the embedded issuer of `audient dev` |
//! | [`clock`], [`escape`] | the only file that reads the wall clock; strangers' text for people |
//!
//! # Words, each with one meaning
//!
//! *Issuer*: who signed (`iss`). *Audience value*: a string in `aud`. *Named
//! audience*: our configured policy for one resource server, chosen by name in the
//! request. *JWK Set*: an issuer's published keys. *Introspection*: asking whether a
//! token is active for a named audience. *Rejection*: one reason why it is not.
//! *Caller*: the service that asks (RFC 7662's protected resource). *Verdict*:
//! active, or inactive with rejections; or it cannot be told, for want of keys.

pub mod boot;
mod case;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dev;
pub mod doctor;
pub mod escape;
pub mod explain;
pub mod grpc;
pub mod introspect;
pub mod io;
pub mod jwks;
pub mod keys;
pub mod pb;
pub mod policy;
pub mod probes;
pub mod readiness;
pub mod replica;
pub mod server;
pub mod telemetry;
pub mod token;
pub mod verdict;
pub mod world;
