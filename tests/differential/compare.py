"""What this service and three libraries say of the same tokens, side by side:
`compare.py TOKENS PYJWT JOSERFC JOSE [--counts FILE] [--docs FILE]`.

Where they differ, rules.toml must say why; what no rule explains fails. A refusal
here is explained only if for *each* of its reasons a rule says why the other accepts."""

import argparse
import json
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

WHO = ("pyjwt", "joserfc", "jose")
# Two that refuse for one of these, where this service accepts: no rule excuses that.
GRAVE = (
    "InvalidSignatureError", "InvalidAlgorithmError", "InvalidKeyError", "NotImplementedError",
    "BadSignatureError", "UnsupportedAlgorithmError", "InvalidKeyTypeError", "InvalidKeyCurveError",
    "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JOSE_ALG_NOT_ALLOWED", "ERR_JOSE_NOT_SUPPORTED",
    "ERR_JWS_INVALID",
)  # fmt: skip
# No rule may be about a library that accepts what is wrong in these ways.
NEVER = {"algorithm-none", "algorithm-unsupported", "algorithm-not-allowed", "key-not-found", "key-denied", "signature-invalid"}
SHOWN = 20


@dataclass
class Rule:
    name: str
    who: list[str]
    here: str
    why: str
    reasons: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    mutations: tuple[str, ...] = ("",)

    def __post_init__(self) -> None:
        self.reasons, self.errors, self.mutations = map(tuple, (self.reasons, self.errors, self.mutations))
        wanted, other = (self.reasons, self.errors) if self.here == "refuses" else (self.errors, self.reasons)
        assert self.here in ("refuses", "accepts") and wanted and not other, self.name
        assert set(self.who) <= set(WHO) and not NEVER & set(self.reasons), self.name

    def of(self, who: str, here: str, done: list[str]) -> bool:
        return self.here == here and who in self.who and any(one.startswith(self.mutations) for one in done)


class Comparison:
    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self.agreed = {who: Counter() for who in WHO}
        self.used = Counter()
        self.seen = Counter()
        self.tokens = self.active = self.unmutated = 0
        self.faults: list[str] = []
        self.failed: set[int] = set()

    def explain(self, who: str, token: dict, error: str | None) -> list[Rule] | None:
        """The rules that explain a difference; `None`: something is left."""
        if token["active"]:
            rules = [rule for rule in self.rules if rule.of(who, "accepts", token["mutations"])]
            return next(([rule] for rule in rules if error.startswith(rule.errors)), None)
        rules = [rule for rule in self.rules if rule.of(who, "refuses", token["mutations"])]
        found = [next((rule for rule in rules if reason in rule.reasons), None) for reason in token["reasons"]]
        return None if None in found else found

    def token(self, token: dict, errors: dict[str, str | None]) -> None:
        self.tokens += 1
        self.active += token["active"]
        self.seen.update({one.split(" ")[0] for one in token["mutations"]})
        if not token["mutations"]:
            self.unmutated += 1
            if not token["active"] or any(errors.values()):
                self.fail(token, errors, "nothing was done to it, and somebody refuses it")
        grave = [who for who, error in errors.items() if error and error.split(":")[0] in GRAVE]
        if token["active"] and len(grave) > 1:
            self.fail(token, errors, "accepted here alone, against its signature or algorithm")
        for who, error in errors.items():
            if token["active"] == (error is None):
                self.agreed[who]["accept" if error is None else "refuse"] += 1
                continue
            rules = self.explain(who, token, error)
            if rules is None:
                self.fail(token, errors, f"no rule explains {who}")
                continue
            self.agreed[who]["differ"] += 1
            for rule in {rule.name for rule in rules}:
                self.used[rule, who] += 1

    def fail(self, token: dict, errors: dict[str, str | None], why: str) -> None:
        self.failed.add(token["n"])
        here = "active" if token["active"] else ", ".join(token["reasons"])
        lines = [f"token {token['n']}: {why}", f"  done: {token['mutations']}", f"  here: {here}"]
        lines += [f"  {who}: {error or 'accepts'}" for who, error in errors.items()]
        self.faults.append("\n".join([*lines, f"  {token['token'][:2000]}"]))

    def count(self, rule: Rule) -> str:
        return ", ".join(f"{who} {self.used[rule.name, who]}" for who in rule.who)


def lines(path: Path):
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def page(run: Comparison, head: dict, libraries: list[str]) -> str:
    def row(*cells) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    named = dict(zip(WHO, libraries, strict=True))
    out = [
        PAGE.format(
            tokens=f"{run.tokens:,}", seed=head["seed"], active=f"{run.active:,}", refused=f"{run.tokens - run.active:,}",
            unmutated=f"{run.unmutated:,}", mutations=len(head["mutations"]), failed=len(run.failed),
        ),  # fmt: skip
        row("library", "both accept", "both refuse", "differ, by a rule"),
        row("---", "---", "---", "---"),
    ]
    for who in WHO:
        agreed = run.agreed[who]
        out.append(row(named[who], *(f"{agreed[kind]:,}" for kind in ("accept", "refuse", "differ"))))
    for here, title in (("refuses", "Refused here, accepted there"), ("accepts", "Accepted here, refused there")):
        out += ["", f"## {title}", "", row("rule", "what is found", "tokens", "why"), row("---", "---", "---", "---")]
        for rule in (rule for rule in run.rules if rule.here == here):
            found = ", ".join(f"`{one}`" for one in rule.reasons or rule.errors)
            out.append(row(rule.name, found, run.count(rule), rule.why))
    return "\n".join(out) + "\n"


PAGE = """\
# Beside other verifiers

The same tokens before this service, PyJWT, joserfc and jose (Node): good ones, and good ones with up to three
things done to them, of {mutations} kinds (`examples/differential`). Each library is used as its documentation shows,
as strictly as it goes without code of one's own: keys from the issuer's set, algorithms pinned, issuer and audience
given, `exp` required, 30 s of leeway, at one fixed time (`tests/differential/judge_*`). Where one of them differs
from this service, a rule in `tests/differential/rules.toml` must say why. A refusal here is explained only if a rule
explains *each* of its reasons. No rule can be about a signature or algorithm that is wrong, and none excuses a token
that is accepted here while two others refuse its signature or algorithm.

`ci/differential.sh` runs 20,000 tokens of a fixed seed. This page is of a longer run: seed {seed}, {tokens} tokens,
{unmutated} of them untouched (all four accept every one); {active} active, {refused} refused; {failed} without an explanation.
A seed decides what is done to each token; keys and signatures are new in each run.

"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs=4, type=Path)
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    written = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    run = Comparison([Rule(**rule) for rule in written["rule"]])
    tokens, *others = map(lines, options.files)
    head, libraries = next(tokens), [next(other)["library"] for other in others]
    for token, *verdicts in zip(tokens, *others, strict=True):
        assert all(verdict["n"] == token["n"] for verdict in verdicts), token["n"]
        run.token(token, {who: verdict["error"] for who, verdict in zip(WHO, verdicts, strict=True)})

    for rule in run.rules:
        print(f"{rule.here:8} {rule.name}: {run.count(rule)}")
    for who in WHO:
        print(f"{who}: {run.agreed[who]['accept']} accepted, {run.agreed[who]['refuse']} refused by both, {run.agreed[who]['differ']} differ by a rule")
    print(f"{run.tokens} tokens, {run.active} active, {run.unmutated} untouched")
    unseen = set(head["mutations"]) - set(run.seen)
    if unseen and run.tokens >= 20_000:
        run.faults.append(f"never done: {sorted(unseen)}")
    # A run in which everything is refused shows nothing.
    if run.active * 10 < run.tokens:
        run.faults.append(f"only {run.active} of {run.tokens} are active")
    print("\n".join(f"FAILED   {fault}" for fault in run.faults[:SHOWN]))
    if len(run.faults) > SHOWN:
        print(f"and {len(run.faults) - SHOWN} more")
    bad = max(len(run.failed), bool(run.faults))
    if options.counts:
        options.counts.write_text(f"{run.tokens - bad} {bad}\n")
    if options.docs and not bad:
        options.docs.write_text(page(run, head, libraries), encoding="utf-8")
    return bad > 0


sys.exit(main())
