"""What joserfc says of the tokens on standard input: key from a KeySet, algorithms
pinned, claims by a JWTClaimsRegistry that is given the time."""

import json
import sys
import warnings

import joserfc
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

head = json.loads(sys.stdin.readline())
warnings.simplefilter("ignore")


class Issuer:
    def __init__(self, known: dict) -> None:
        self.keys = KeySet.import_key_set(known["jwks"])
        self.registry = JWSRegistry(algorithms=known["algorithms"])
        self.claims = jwt.JWTClaimsRegistry(
            now=head["now"],
            leeway=head["leeway"],
            iss={"essential": True, "value": known["issuer"]},
            aud={"essential": True, "value": head["audience"]},
            exp={"essential": True},
        )

    def accept(self, token: str) -> None:
        self.claims.validate(jwt.decode(token, self.keys, registry=self.registry).claims)


print(json.dumps({"library": f"joserfc {joserfc.__version__}"}))
issuers = [Issuer(known) for known in head["sets"]]
for line in sys.stdin:
    asked = json.loads(line)
    error = None
    try:
        issuers[asked["set"]].accept(asked["token"])
    except Exception as caught:  # what is no JoseError is told by its class too
        error = f"{type(caught).__name__}: {caught}".encode("ascii", "replace").decode()[:200]
    print(json.dumps({"n": asked["n"], "error": error}))
