// The identity provider of the tests: the certified oidc-provider with invented people.
//
// One argument, a JSON object: port, clientId, clientSecret, redirectUris,
// postLogoutRedirectUris, backchannelLogoutUri (optional), claimsInIdToken (default true),
// accounts: [{sub, name, email, roles, organisation, locale, acr?}].
// Prints READY when it answers on http://localhost:PORT. `localhost`, because the portal is on
// 127.0.0.1: only then is the provider another site for the browser, as a real one is.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const config = JSON.parse(process.argv[2]);
const accounts = new Map(config.accounts.map((account) => [account.sub, account]));

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
// Own pages: those of the library load fonts from other machines.
const page = (title, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>${escape(title)}</title></head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;

const provider = new Provider(`http://localhost:${config.port}`, {
  clients: [{
    client_id: config.clientId,
    client_secret: config.clientSecret,
    redirect_uris: config.redirectUris,
    post_logout_redirect_uris: config.postLogoutRedirectUris,
    ...(config.backchannelLogoutUri && {
      backchannel_logout_uri: config.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  }],
  jwks: {
    keys: [generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" })],
  },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  scopes: ["openid", "profile", "email", "roles"],
  // Many real providers send roles with every scope: so does this one.
  claims: {
    openid: ["sub", "roles", "organisation"],
    profile: ["name", "locale"],
    email: ["email"],
    roles: ["roles", "organisation"],
    acr: null,
  },
  acrValues: [...new Set(config.accounts.map((a) => a.acr).filter(Boolean))],
  conformIdTokenClaims: config.claimsInIdToken === false,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = page("Sign out?", `${form}
          <button form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
      },
      postLogoutSuccessSource: (ctx) => { ctx.body = page("Signed out", ""); },
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, sub) => accounts.has(sub)
    ? { accountId: sub, claims: () => accounts.get(sub) } : undefined,
  // The portal is the organisation's own: no consent page.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email roles");
    await grant.save();
    return grant;
  },
  renderError: (ctx, out) => {
    ctx.type = "html";
    ctx.body = page("Error", `<p>${escape(out.error)}: ${escape(out.error_description ?? "")}</p>`);
  },
  // The library refuses to call a loopback address, where the portal under test is.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
});
provider.on("server_error", (ctx, error) => console.error(error));
provider.on("backchannel.error", (ctx, error) => console.error("back-channel:", error.message));

const loginForm = (uid, message) => page("Sign in", `${message}
  <form method="post" action="/interaction/${escape(uid)}">
  <label for="account">Account</label> <input id="account" name="account" autocomplete="username">
  <button type="submit">Sign in</button></form>`);

async function interaction(request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  let message = "";
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    const account = accounts.get(new URLSearchParams(body).get("account"));
    if (account) {
      const login = { accountId: account.sub, ...(account.acr && { acr: account.acr }) };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
      return;
    }
    response.statusCode = 403;
    message = "<p role=\"alert\">Unknown account.</p>";
  }
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(loginForm(uid, message));
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) { answer(request, response); return; }
  interaction(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(page("Error", `<p>${escape(error.message)}</p>`));
  });
}).listen(config.port, "127.0.0.1", () => console.log("READY"));
