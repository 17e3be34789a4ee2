"""Vectors of whole tokens, each with the configuration that asks what its source asked:
as tests/conformance does it for the library, but in words an operator has."""

import base64
import hashlib
import hmac
import json
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

FILES = ("google_jwt_verify_lib", "rec_pyjwt", "rec_joserfc")
# Features that this service is without, on purpose (tests/conformance/vectors.rs).
WITHOUT = {
    "json-serialization", "detached", "b64", "crit", "jwe", "es256k", "ed448", "rsa-lt-2048", "hs-short-key", "padded-base64",
}  # fmt: skip
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
ALGORITHMS = {*HASHES, "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
SIGNER = rsa.generate_private_key(65537, 2048)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(token: str, index: int) -> dict:
    """Header or claims as they stand; empty where there is no object to read."""
    try:
        text = token.split(".")[index].rstrip("=")
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass
class Case:
    """A vector, and the names it has in a configuration."""

    number: int
    given: dict

    @property
    def id(self) -> str:
        return self.given["id"]

    @property
    def token(self) -> str:
        return self.given["token"] or ""

    @property
    def now(self) -> int:
        return self.given.get("now") or 1_700_000_000

    @property
    def audience(self) -> str:
        return f"case-{self.number}"

    @property
    def policy(self) -> dict:
        return self.given.get("policy") or {}

    @property
    def extra(self) -> dict:
        return self.policy.get("extra") or {}

    def expected(self) -> str:
        expect = self.given.get("service_expect") or self.given["expect"]
        return "invalid" if expect == "valid" and WITHOUT & set(self.given.get("needs") or []) else expect

    def unasked(self) -> set[str]:
        """Reasons of this service that the source did not ask about, and no policy can leave out."""
        reasons = set()
        if self.policy.get("audiences") is None:
            reasons |= {"audience-missing", "audience-not-allowed", "audience-mismatch"}
        if self.policy.get("issuers") is None:
            reasons |= {"issuer-missing", "issuer-unknown", "issuer-not-allowed"}
        for option, reason in (("exp", "expired"), ("nbf", "not-yet-valid"), ("iat", "issued-in-future")):
            if self.extra.get(f"options.verify_{option}") is False:
                reasons.add(reason)
        return reasons

    def document(self) -> str:
        return self.given.get("jwks_raw") or json.dumps(self.given.get("jwks") or {"keys": []})

    def configuration(self) -> str:
        """`[[issuers]]` and `[[audiences]]` of this case alone."""
        header, claims = part(self.token, 0), part(self.token, 1)
        lines = []
        names = []
        for index, identifier in enumerate(self.issuers(claims)):
            names.append(f"case-{self.number}-{index}")
            lines += ["[[issuers]]", *rows(name=names[-1], issuer=identifier, jwks_file=f"{self.number}.json")]
            lines += rows(algorithms=self.symmetric(header))
        lines += ["[[audiences]]", *rows(name=self.audience, issuers=names, accept=self.accept(claims), require_expiry=False)]
        typ = header.get("typ")
        lines += rows(
            token_types=[typ if isinstance(typ, str) and typ else "JWT"],
            algorithms=self.algorithms(),
            leeway=f"{int(1000 * (self.policy.get('leeway') or 0))}ms",
            issuer_optional=True if self.policy.get("issuers") is None else None,
            sender_constrained="caller-checks",
            subjects=[self.extra["subject"]] if isinstance(self.extra.get("subject"), str) else None,
        )
        for name in self.extra.get("options.require") or []:
            lines += ["[[audiences.required_claims]]", *rows(name=name)]
        return "\n".join(lines) + "\n"

    def issuers(self, claims: dict) -> list[str]:
        presented = claims.get("iss")
        return self.policy.get("issuers") or [presented if isinstance(presented, str) and presented else "urn:issuer"]

    def accept(self, claims: dict) -> list[str]:
        presented = claims.get("aud")
        presented = presented if isinstance(presented, list) else [presented]
        presented = [aud for aud in presented if isinstance(aud, str) and aud]
        wanted = self.policy.get("audiences")
        return presented or ["urn:audience"] if wanted is None else wanted

    def algorithms(self) -> list[str] | None:
        """Those of the source that are implemented; `None`: it named none."""
        listed = self.policy.get("algorithms")
        return None if listed is None else [one for one in listed if one in ALGORITHMS]

    def symmetric(self, header: dict) -> list[str] | None:
        """An operator who has secrets alone lists HS*: what the source lists, else what the token uses."""
        keys = (self.given.get("jwks") or {}).get("keys") or []
        if not keys or any(key.get("kty") != "oct" for key in keys):
            return None
        listed = self.policy.get("algorithms")
        listed = [header.get("alg")] if listed is None else listed
        return [one for one in listed if isinstance(one, str) and one in HASHES] or ["HS256"]


def rows(**values) -> list[str]:
    # A JSON string or list of strings is one of TOML too, but for DEL.
    written = {name: json.dumps(value).replace("\x7f", "\\u007f") for name, value in values.items() if value is not None}
    return [f"{name} = {value}" for name, value in written.items()]


def resigned(given: dict) -> dict:
    """The source put junk in place of a signature: one of our own stands there."""
    if not given.get("resign"):
        return given
    algorithm = jwt.get_algorithm_by_name("RS256")
    text = given["token"].rsplit(".", 1)[0]
    public = algorithm.to_jwk(SIGNER.public_key(), as_dict=True)
    signature = base64url(algorithm.sign(text.encode(), SIGNER))
    return given | {"jwks": {"keys": [public | {"kid": "dev-rsa"}]}, "jwks_raw": None, "token": f"{text}.{signature}"}


def longer(given: dict) -> dict | None:
    """With secrets that are long enough, as tests/conformance/varied.rs makes them."""
    about_it = given["stage"] == "key" and Case(0, given).expected() == "invalid"
    if about_it or "hs-short-key" not in (given.get("needs") or []):
        return None
    given = deepcopy(given) | {"id": f"{given['id']} with a longer secret", "jwks_raw": None}
    given["needs"].remove("hs-short-key")
    text, _, signature = given["token"].rpartition(".")
    digest = HASHES.get(part(text, 0).get("alg"))
    for key in given["jwks"]["keys"]:
        short = base64.urlsafe_b64decode(key["k"] + "==")
        long = hashlib.sha512(short).digest()
        key["k"] = base64url(long)
        if digest and base64url(hmac.digest(short, text.encode(), digest)) == signature:
            given["token"] = f"{text}.{base64url(hmac.digest(long, text.encode(), digest))}"
    return given


def read(folder: Path) -> list[Case]:
    """Every vector of a whole token."""
    found = []
    for name in FILES:
        for given in json.loads((folder / name).with_suffix(".json").read_text(encoding="utf-8"))["cases"]:
            if given["layer"] == "jwt":
                found += [given for given in (resigned(given), longer(given)) if given]
    return [Case(number, given) for number, given in enumerate(found)]


def departures(file: Path) -> dict[str, str]:
    """Known departures: what this service does, by case."""
    listed = tomllib.loads(file.read_text(encoding="utf-8"))["departure"]
    return {id: one["actual"].split(":")[0] for one in listed for id in one["ids"]}
