// A certified OpenID Provider on loopback: `node provider.js PORT`. It grants
// client_credentials for a resource (RFC 8707), as an at+jwt (RFC 9068). POST /rotate
// replaces its keys: from then on it signs with new ones and publishes only these.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const ALGORITHMS = {
  "https://api.example.com/orders": "RS256",
  "https://api.example.com/payments": "ES256",
  "https://api.example.com/reports": "EdDSA",
};

function keys() {
  const pairs = [
    ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["EdDSA", generateKeyPairSync("ed25519")],
  ];
  return pairs.map(([alg, pair]) => ({
    ...pair.privateKey.export({ format: "jwk" }),
    use: "sig",
    alg,
    kid: `${alg}-${randomUUID()}`,
  }));
}

function provider() {
  const made = new Provider(`http://127.0.0.1:${port}`, {
    jwks: { keys: keys() },
    clients: [
      {
        client_id: "shop",
        client_secret: "a secret of this test alone",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ["orders:read", "orders:write"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: "orders:read orders:write",
          audience: resource,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: ALGORITHMS[resource] ?? "RS256" } },
        }),
      },
    },
  });
  return made.callback();
}

let current = provider();
createServer((request, response) => {
  if (request.method === "POST" && request.url === "/rotate") {
    current = provider();
    response.writeHead(204).end();
    return;
  }
  current(request, response);
}).listen(port, "127.0.0.1");
