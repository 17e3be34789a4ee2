// Asks audient about tokens: keeps what may be kept, and fails closed.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const root = new URL("../../../", import.meta.url).pathname;
const serviceConfig = readFileSync(`${root}/tests/clients/service_config.json`, "utf8");
const definition = loader.loadSync("audient/v1/introspection.proto", {
  includeDirs: [`${root}/proto`, `${root}/third_party/googleapis`],
  keepCase: true,
  enums: String,
  longs: String,
  // An enum value or field that is not there stays so, and reads as inactive.
  defaults: true,
  arrays: true,
});
const { IntrospectionService } = grpc.loadPackageDefinition(definition).audient.v1;

// One named audience, asked over one channel that lives as long as the process.
export class Introspection {
  #client;
  #audience;
  #capacity;
  #kept = new Map();
  asked = 0;

  constructor(address, audience, capacity = 10_000) {
    this.#client = new IntrospectionService(address, grpc.credentials.createInsecure(), {
      "grpc.service_config": serviceConfig,
      "grpc.enable_http_proxy": 0,
    });
    this.#audience = audience;
    this.#capacity = capacity;
  }

  // [ask]
  // The verdict. Rejects with a grpc.ServiceError when there is none.
  async ask(token, scopes = []) {
    // A string of JavaScript may hold what is no UTF-8; such a token must be refused, not crash us.
    token = token.toWellFormed();
    const key = JSON.stringify([token, scopes]);
    const sent = performance.now(); // monotonic
    const found = this.#kept.get(key);
    if (found && sent < found.until) return found.answer;
    const answer = await this.#introspect({
      token,
      audience: this.#audience,
      required_scopes: scopes,
    });
    if (answer.active && answer.cacheable_for) {
      this.#keep(key, { answer, until: sent + Number(answer.cacheable_for.seconds) * 1000 });
    }
    return answer;
  }
  // [ask]

  // Whether to serve the request. Everything that is not a yes is a no.
  async allows(token, scopes = []) {
    try {
      return (await this.ask(token, scopes)).active === true;
    } catch {
      return false; // Cannot tell: answer 503, not 401.
    }
  }

  #introspect(request) {
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.#client.Introspect(request, { deadline: Date.now() + 1000 }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }

  #keep(key, entry) {
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    if (this.#kept.size > this.#capacity) this.#kept.delete(this.#kept.keys().next().value);
  }

  close() {
    this.#client.close();
  }
}

const details = loader.loadSync("google/rpc/error_details.proto", {
  includeDirs: [`${root}/third_party/googleapis`],
  keepCase: true,
  longs: String,
});
const { "google.rpc.Status": Status } = loader.loadSync("google/rpc/status.proto", {
  includeDirs: [`${root}/third_party/googleapis`],
  keepCase: true,
});

// What the service says about an error, beside its status: { ErrorInfo, RetryInfo, … }.
export function errorDetails(error) {
  const found = {};
  for (const bytes of error.metadata?.get("grpc-status-details-bin") ?? []) {
    for (const any of Status.deserialize(bytes).details ?? []) {
      const name = any.type_url.split("/").pop();
      found[name.split(".").pop()] = details[name]?.deserialize(any.value);
    }
  }
  return found;
}
