"""Keys and tokens by PyJWT and by joserfc, and the configuration that trusts them:
`make.py FOLDER PROVIDER_PORT FILES_PORT LISTEN_PORT ADMIN_PORT`."""

import base64
import datetime
import json
import sys
import time
import warnings
from pathlib import Path

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwk, jwt as jose
from joserfc.jws import JWSRegistry

folder = Path(sys.argv[1])
provider, files, listen, admin = sys.argv[2:]
ORDERS = "https://api.example.com/orders"
NOW = int(time.time())

SIGNING = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SECRETS = {"HS256": 32, "HS384": 48, "HS512": 64}
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
tokens = []


def claims(**more) -> dict:
    return {"sub": "alice", "aud": ORDERS, "iat": NOW, "exp": NOW + 3600, "scope": "orders:read"} | more


def private_key(alg: str):
    if alg in CURVES:
        return ec.generate_private_key(CURVES[alg]())
    if alg == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def by_pyjwt() -> None:
    """Asymmetric keys in a file, and secrets in another."""
    published = []
    for alg in SIGNING:
        key = private_key(alg)
        kid = f"pyjwt-{alg}"
        public = jwt.get_algorithm_by_name(alg).to_jwk(key.public_key(), as_dict=True)
        # key_ops as PyJWT writes it; no alg: the key type says what fits.
        published.append(public | {"kid": kid})
        tokens.append(
            {
                "title": f"PyJWT, jwks_file: {alg}",
                "audience": "pyjwt",
                "algorithm": alg,
                "issuer": "pyjwt",
                "token": jwt.encode(claims(iss="https://pyjwt.example"), key, alg, {"kid": kid}),
            }
        )
    (folder / "pyjwt.jwks.json").write_text(json.dumps({"keys": published}))

    published = []
    for alg, length in SECRETS.items():
        secret = jwk.OctKey.generate_key(length * 8, {"kid": alg, "alg": alg})
        published.append(secret.as_dict(private=True))
        tokens.append(
            {
                "title": f"PyJWT, jwks_file of secrets: {alg}",
                "audience": "secrets",
                "algorithm": alg,
                "issuer": "secrets",
                "token": jwt.encode(claims(iss="secrets"), secret.raw_value, alg, {"kid": alg}),
            }
        )
    (folder / "secrets.jwks.json").write_text(json.dumps({"keys": published}))


def by_joserfc() -> None:
    """A set that is served over HTTP."""
    published = []
    for alg in [*SIGNING, "Ed25519"]:
        kind = {"E": "EC", "R": "RSA", "P": "RSA"}[alg[0]]
        size = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(alg, 2048)
        if alg.startswith("Ed"):
            kind, size = "OKP", "Ed25519"
        key = jwk.JWKRegistry.generate_key(kind, size, {"use": "sig", "alg": alg})
        kid = key.thumbprint()
        published.append(key.as_dict(private=False, kid=kid))
        header = {"alg": alg, "kid": kid, "typ": "at+jwt"}
        with warnings.catch_warnings():
            # It would rather see the names of RFC 9864.
            warnings.simplefilter("ignore")
            token = jose.encode(header, claims(iss="urn:joserfc"), key, registry=JWSRegistry(algorithms=[alg]))
        tokens.append(
            {
                "title": f"joserfc, jwks_uri: {alg}",
                "audience": "joserfc",
                "algorithm": alg,
                "issuer": "joserfc",
                "token": token,
            }
        )
    # What a set of the wild holds beside them is ignored, not fatal.
    published += [{"kty": "new-kind", "kid": "x"}, {"kid": "no kty"}, {"kty": "RSA", "kid": "y", "n": 5}]
    (folder / "joserfc.jwks.json").write_text(json.dumps({"keys": published}))


def by_spire() -> None:
    """A SPIFFE trust bundle: JWT-SVIDs have no iss, and X.509 authorities stand beside the keys."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = jwt.get_algorithm_by_name("ES256").to_jwk(key.public_key(), as_dict=True)
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "SPIFFE")])
    start = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    x5c = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    members = {name: public[name] for name in ("kty", "crv", "x", "y")}
    bundle = {
        "keys": [
            members | {"use": "x509-svid", "x5c": [x5c]},
            members | {"use": "jwt-svid", "kid": "svid-1"},
        ],
        "spiffe_sequence": 1,
        "spiffe_refresh_hint": 300,
    }
    (folder / "bundle.json").write_text(json.dumps(bundle))
    svid = {"sub": "spiffe://example.org/ns/shop/sa/web", "aud": ["spiffe://example.org/orders"], "iat": NOW, "exp": NOW + 300}

    def row(title: str, claims: dict, **more) -> None:
        token = jwt.encode(claims, key, "ES256", {"kid": "svid-1"})
        tokens.append({"title": f"JWT-SVID: {title}", "audience": "svid", "algorithm": "ES256", "issuer": "spire", "token": token} | more)

    row("without iss", svid)
    row("where iss is required", svid, audience="svid-strict", code="issuer-missing")
    row("of another workload", svid | {"sub": "spiffe://example.org/ns/other"}, code="subject-not-allowed")
    row("for another audience", svid | {"aud": ["spiffe://example.org/payments"]}, code="audience-mismatch")
    row("expired", svid | {"exp": NOW - 3600, "iat": NOW - 3900}, code="expired")


by_pyjwt()
by_joserfc()
by_spire()
(folder / "tokens.json").write_text(json.dumps(tokens))
(folder / "audient.toml").write_text(f"""
[server]
listen = "127.0.0.1:{listen}"
admin_listen = "127.0.0.1:{admin}"
drain = "1s"

[keys]
unknown_kid_cooldown = "100ms"

[insecure]
allow_http = true

[[issuers]]
name = "provider"
issuer = "http://127.0.0.1:{provider}"

[[issuers]]
name = "pyjwt"
issuer = "https://pyjwt.example"
jwks_file = "pyjwt.jwks.json"

[[issuers]]
name = "secrets"
issuer = "secrets"
jwks_file = "secrets.jwks.json"
algorithms = ["HS256", "HS384", "HS512"]

[[issuers]]
name = "joserfc"
issuer = "urn:joserfc"
jwks_uri = "http://127.0.0.1:{files}/joserfc.jwks.json"

[[issuers]]
name = "spire"
issuer = "spiffe://example.org"
jwks_uri = "http://127.0.0.1:{files}/bundle.json"

[[audiences]]
name = "orders"
accept = ["{ORDERS}"]
issuers = ["provider"]
required_scopes = ["orders:read"]
authorized_parties = ["shop"]
token_types = ["at+jwt"]

[[audiences]]
name = "payments"
accept = ["https://api.example.com/payments"]
issuers = ["provider"]

[[audiences]]
name = "reports"
accept = ["https://api.example.com/reports"]
issuers = ["provider"]

[[audiences]]
name = "pyjwt"
accept = ["{ORDERS}"]
issuers = ["pyjwt"]

[[audiences]]
name = "secrets"
accept = ["{ORDERS}"]
issuers = ["secrets"]

[[audiences]]
name = "joserfc"
accept = ["{ORDERS}"]
issuers = ["joserfc"]

[[audiences]]
name = "svid"
accept = ["spiffe://example.org/orders"]
issuers = ["spire"]
issuer_optional = true
subjects = [{{ prefix = "spiffe://example.org/ns/shop/" }}]

[[audiences]]
name = "svid-strict"
accept = ["spiffe://example.org/orders"]
issuers = ["spire"]
""")
