"""Asks a running service about tokens of real issuers:
`main.py FOLDER ADDRESS PROVIDER_URL`, with generated code on PYTHONPATH."""

import base64
import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import grpc
from audient.v1 import introspection_pb2 as pb
from audient.v1 import introspection_pb2_grpc as rpc

folder, address, provider = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
stub = rpc.IntrospectionServiceStub(grpc.insecure_channel(address))
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
failed = 0


def check(title: str, holds: bool, seen: object = "") -> None:
    global failed
    failed += not holds
    print(f"ok       {title}" if holds else f"FAILED   {title}: {seen}")


def ask(token: str, audience: str, *scopes: str) -> pb.IntrospectResponse:
    return stub.Introspect(pb.IntrospectRequest(token=token, audience=audience, required_scopes=scopes), timeout=5)


def codes(answer: pb.IntrospectResponse) -> list[str]:
    return [one.code for one in answer.rejections]


def bent(token: str) -> str:
    """The token with another signature of the same length."""
    head, signature = token.rsplit(".", 1)
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[len(raw) // 3] ^= 1
    return head + "." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def grant(resource: str, scope: str = "orders:read") -> str:
    """A token by client_credentials for one resource (RFC 6749 §4.4, RFC 8707)."""
    form = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
    secret = urllib.parse.quote_plus("a secret of this test alone")
    request = urllib.request.Request(
        provider + "/token",
        urllib.parse.urlencode(form).encode(),
        {"authorization": "Basic " + base64.b64encode(f"shop:{secret}".encode()).decode()},
    )
    return json.load(direct.open(request, timeout=5))["access_token"]


def header(token: str) -> dict:
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


print("-- tokens by PyJWT and joserfc")
for row in json.loads((folder / "tokens.json").read_text()):
    answer = ask(row["token"], row["audience"])
    info = answer.token_info
    if "code" in row:
        check(f"{row['title']}: {row['code']}", codes(answer) == [row["code"]], answer)
        continue
    facts = (info.issuer_name, info.algorithm)
    check(row["title"], answer.active and facts == (row["issuer"], row["algorithm"]), answer)
    wrong = ask(bent(row["token"]), row["audience"])
    check(f"{row['title']}: a bit of the signature flipped", codes(wrong) == ["signature-invalid"], wrong)

print("-- an OpenID Provider")
apis = "https://api.example.com/"
for name, algorithm in {"orders": "RS256", "payments": "ES256", "reports": "EdDSA"}.items():
    token = grant(apis + name)
    check(f"{name}: it signs {algorithm} as at+jwt", (header(token)["alg"], header(token)["typ"]) == (algorithm, "at+jwt"))
    answer = ask(token, name)
    info = answer.token_info
    good = answer.active and answer.matched_audience == apis + name
    check(f"{name}: active", good and info.client_id == "shop" and list(info.scopes) == ["orders:read"], answer)
    check(f"{name}: its keys by discovery", answer.keys.state == pb.KEY_SET_STATE_FRESH, answer)

answer = ask(grant(apis + "payments"), "orders")
check("for another resource", codes(answer) == ["audience-mismatch"], answer)
check("for another resource: whose it is", list(answer.rejections[0].audience.intended_for) == ["payments"], answer)
answer = ask(grant(apis + "orders/"), "orders")
check("a slash too much", codes(answer) == ["audience-mismatch"], answer)
check("a slash too much: said", len(answer.rejections[0].audience.near_misses) == 1, answer)
answer = ask(grant(apis + "orders"), "orders", "orders:write")
check("a scope too little", codes(answer) == ["scope-insufficient"] and answer.bearer_challenge.http_status == 403, answer)

before = grant(apis + "orders")
direct.open(urllib.request.Request(provider + "/rotate", b"", method="POST"), timeout=5)
after = grant(apis + "orders")
check("rotation: another kid", header(before)["kid"] != header(after)["kid"])
answer = ask(after, "orders")
check("rotation: the first token by the new key is active", answer.active, answer)
answer = ask(before, "orders")
check("rotation: the old key is gone", codes(answer) == ["key-not-found"], answer)

sys.exit(failed > 0)
