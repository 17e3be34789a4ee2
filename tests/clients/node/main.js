// Run by `audient dev -- node main.js`.
import { status } from "@grpc/grpc-js";
import { Introspection, errorDetails } from "./introspection.js";

const { AUDIENT_ADDR, AUDIENT_ISSUER, AUDIENT_TOKEN, OUTAGE_ADDR, OUTAGE_ISSUER, NOBODY_ADDR } = process.env;
const ORDERS = "https://api.example.com/orders";
let failed = 0;

function check(title, holds, seen) {
  failed += !holds;
  console.log(holds ? `ok       ${title}` : `FAILED   ${title}: ${JSON.stringify(seen)}`);
}

async function mint(wanted) {
  const answer = await fetch(`${AUDIENT_ISSUER}/mint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  return answer.text();
}

async function refused(title, token, code, httpStatus, scopes) {
  const answer = await orders.ask(token, scopes);
  const [leading] = answer.rejections;
  check(title, answer.active === false && leading?.code === code && answer.bearer_challenge.http_status === httpStatus, answer);
  check(`${title}: nothing to keep`, answer.cacheable_for === null, answer);
  return leading;
}

async function failing(call) {
  try {
    return { answer: await call };
  } catch (error) {
    return error;
  }
}

const orders = new Introspection(AUDIENT_ADDR, "orders");

const answer = await orders.ask(AUDIENT_TOKEN);
check("good", answer.active && answer.matched_audience === ORDERS, answer);
check("good: signature verified", answer.signature === "SIGNATURE_STATUS_VERIFIED", answer);
const seconds = Number(answer.cacheable_for?.seconds);
check("good: cacheable for 1 to 60 s", seconds >= 1 && seconds <= 60, answer);
check("good: the second time from the cache", (await orders.ask(AUDIENT_TOKEN)).active && orders.asked === 1, orders.asked);

let leading = await refused("near miss", await mint({ aud: [`${ORDERS}/`] }), "audience-mismatch", 401);
check("near miss: says what differs", leading.audience.near_misses[0].differences[0] === "DIFFERENCE_TRAILING_SLASH", leading);
leading = await refused("another service's", await mint({ aud: ["https://api.example.com/payments"] }), "audience-mismatch", 401);
check("another service's: says whose", leading.audience.intended_for.join() === "payments", leading);
await refused("expired", await mint({ expires_in: -60 }), "expired", 401);
leading = await refused("missing scope", AUDIENT_TOKEN, "scope-insufficient", 403, ["orders:write"]);
check("missing scope: says which", leading.scope.missing.join() === "orders:write", leading);
await refused("no token", "", "token-missing", 401);
await refused("a lone surrogate", "a.b.\udcff", "token-malformed", 401);

let error = await failing(new Introspection(AUDIENT_ADDR, "order").ask(AUDIENT_TOKEN));
check("unknown audience", error.code === status.NOT_FOUND && errorDetails(error).ErrorInfo?.reason === "AUDIENCE_NOT_CONFIGURED", error);

const outage = new Introspection(OUTAGE_ADDR, "orders");
const undecidable = await mint({ iss: OUTAGE_ISSUER });
error = await failing(outage.ask(undecidable));
check("outage", error.code === status.UNAVAILABLE && errorDetails(error).ErrorInfo?.reason === "KEYS_UNAVAILABLE", error);
const wait = Number(errorDetails(error).RetryInfo?.retry_delay?.seconds);
check("outage: says when to ask again", wait >= 1 && wait <= 60, wait);
check("outage: fails closed", !(await outage.allows(undecidable)));
const nobody = new Introspection(NOBODY_ADDR, "orders");
check("nobody there: fails closed", !(await nobody.allows(AUDIENT_TOKEN)));

for (const one of [orders, outage, nobody]) one.close();
process.exit(failed > 0 ? 1 : 0);
