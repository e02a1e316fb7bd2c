// A city's sign-in service for tests: npm's `oidc-provider` with the people of a test, on this machine only.
import { createServer } from "node:http";
import Provider from "oidc-provider";

/**
 * Starts the service. `people` maps an account to what the service says of it: groups, ways of signing in (amr) and the
 * claim that holds the staff id; the test may change them while it runs.
 */
export async function start(port, client, back, people) {
  const person = (account) => people[account] ?? {};
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{ ...client, redirect_uris: [back], grant_types: ["authorization_code"], response_types: ["code"] }],
    // Claims stand in the token itself.
    conformIdTokenClaims: false,
    scopes: ["openid", "profile", "groups"],
    claims: { openid: ["sub", "amr"], profile: ["preferred_username"], groups: ["groups"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ["a key of a test"] },
    findAccount: (_, account) => ({
      accountId: account,
      claims: () => ({ sub: account, preferred_username: person(account).staff, groups: person(account).groups }),
    }),
    // The city has agreed for all of its staff.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid profile groups");
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, `http://localhost:${port}`).pathname;
    if (!path.startsWith("/interaction/")) return handle(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html");
      const form = `<form method="post"><label>Account <input name="account"></label><button>Sign in</button><button name="cancel" value="1">Cancel</button></form>`;
      return response.end(`<!doctype html><html lang="en"><title>City</title><h1>City</h1>${form}</html>`);
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const sent = new URLSearchParams(body);
    const account = sent.get("account");
    const result = sent.has("cancel")
      ? { error: "access_denied", error_description: "of no concern" }
      : { login: { accountId: account, amr: person(account).amr, remember: false } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  return () => server.closeAllConnections() ?? server.close();
}
