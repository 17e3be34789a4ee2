"""What PyJWT says of the tokens on standard input, used as its documentation shows:
key by PyJWKClient, algorithms pinned, audience and issuer given, exp required.

PyJWT takes no time to judge at: the `datetime` it asks is replaced by one that stands
still, so that its own comparisons run. A JWK without `alg` is given as a bare key,
since a PyJWK would take it for RS256 alone."""

import datetime
import json
import sys
import warnings

import jwt
import jwt.api_jwt

head = json.loads(sys.stdin.readline())


class Standing(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(head["now"], tz)


jwt.api_jwt.datetime = Standing
warnings.simplefilter("ignore")


class Held(jwt.PyJWKClient):
    """A key set that is at hand."""

    def __init__(self, document: dict) -> None:
        super().__init__("https://held.invalid")
        self.document = document
        self.named = {key["kid"] for key in document["keys"] if "alg" in key}

    def fetch_data(self) -> dict:
        return self.document

    def get_jwk_set(self, refresh: bool = False) -> jwt.PyJWKSet:
        # Parsed once: it never changes.
        if not hasattr(self, "parsed"):
            self.parsed = jwt.PyJWKSet.from_dict(self.document)
        return self.parsed

    def key(self, token: str):
        found = self.get_signing_key_from_jwt(token)
        return found if found.key_id in self.named else found.key


def accept(client: Held, issuer: dict, token: str) -> None:
    jwt.decode(
        token,
        client.key(token),
        algorithms=issuer["algorithms"],
        audience=head["audience"],
        issuer=issuer["issuer"],
        leeway=head["leeway"],
        options={"require": ["exp", "iss", "aud"]},
    )


print(json.dumps({"library": f"PyJWT {jwt.__version__}"}))
clients = [Held(issuer["jwks"]) for issuer in head["sets"]]
for line in sys.stdin:
    asked = json.loads(line)
    error = None
    try:
        accept(clients[asked["set"]], head["sets"][asked["set"]], asked["token"])
    except Exception as caught:  # what is no PyJWTError is told by its class too
        error = f"{type(caught).__name__}: {caught}".encode("ascii", "replace").decode()[:200]
    print(json.dumps({"n": asked["n"], "error": error}))
