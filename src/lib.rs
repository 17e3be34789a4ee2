//! audient: is this token active for this named audience, and if not, why?
pub mod pb;
