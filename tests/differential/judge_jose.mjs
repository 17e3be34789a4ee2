// What jose says of the tokens on standard input: key from a local JWK Set, algorithms
// pinned, issuer and audience given, exp required, and the time.
//
// createLocalJWKSet takes no secrets: those are found by kid and alg here.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createLocalJWKSet, errors, importJWK, jwtVerify } from "jose";

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
const head = JSON.parse((await lines.next()).value);

const packageFile = new URL("../node_modules/jose/package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile));
process.stdout.write(`${JSON.stringify({ library: `jose ${version}` })}\n`);

async function keyOf({ jwks }) {
  if (jwks.keys[0].kty !== "oct") return createLocalJWKSet(jwks);
  const secrets = [];
  for (const jwk of jwks.keys) secrets.push({ ...jwk, secret: await importJWK(jwk) });
  return ({ kid, alg }) => {
    const found = secrets.filter((one) => one.alg === alg && (kid === undefined || kid === one.kid));
    if (found.length !== 1) throw new errors.JWKSNoMatchingKey();
    return found[0].secret;
  };
}

const issuers = [];
for (const known of head.sets) {
  const options = {
    algorithms: known.algorithms,
    issuer: known.issuer,
    audience: head.audience,
    clockTolerance: head.leeway,
    currentDate: new Date(head.now * 1000),
    requiredClaims: ["exp"],
  };
  issuers.push({ key: await keyOf(known), options });
}

async function judge({ n, set, token }) {
  let error = null;
  try {
    await jwtVerify(token, issuers[set].key, issuers[set].options);
  } catch (caught) {
    // What is no JOSEError is told by its class too.
    error = `${caught.code ?? caught.constructor.name}: ${caught.message}`.replace(/[^ -~]/g, "?").slice(0, 200);
  }
  return JSON.stringify({ n, error });
}

// Many at a time: each waits for another thread.
const BATCH = 256;
for (let end = false; !end; ) {
  const batch = [];
  while (batch.length < BATCH) {
    const { done, value } = await lines.next();
    if ((end = done)) break;
    batch.push(judge(JSON.parse(value)));
  }
  for (const verdict of await Promise.all(batch)) process.stdout.write(`${verdict}\n`);
}
