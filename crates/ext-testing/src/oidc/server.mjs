// An OpenID provider and a server that its tokens are for, both on loopback, for tests.
//
// Prints one line of JSON when it is ready, and ends when its stdin does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

async function listen() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return [server, server.address().port];
}

const [providerServer, providerPort] = await listen();
const [apiServer, apiPort] = await listen();
const issuer = `http://op.localhost:${providerPort}`;

const grantTypes = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
];
const client = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: grantTypes,
};
const provider = new Provider(issuer, {
  clients: [
    { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
    { ...client, client_id: 'confidential', client_secret: 'secret of the: client' },
  ],
  cookies: { keys: ['only for tests'] },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  scopes: ['openid', 'mail.read'],
});

// What happened, for the tests to look at.
const stats = { codes: 0, refreshes: 0, refused: 0, api: 0 };
provider.on('grant.success', (ctx) => {
  const refresh = ctx.oidc.params.grant_type === 'refresh_token';
  stats[refresh ? 'refreshes' : 'codes'] += 1;
});
provider.on('grant.error', () => {
  stats.refused += 1;
});
providerServer.on('request', provider.callback());

// Three mails, as Gmail has them: a receipt between two letters.
const mail = (id, subject, body) =>
  `From: Shop <till@shop.example>\r\nSubject: ${subject}\r\nMessage-ID: <${id}@shop.example>\r\n\r\n${body}\r\n`;
const mails = {
  a1: mail('a1', 'Hello', 'See you at nine.'),
  a2: mail('a2', 'Your receipt', 'Receipt No: 7\r\nTea  1.00\r\nCake  6.00\r\nTotal  7.00 GBP\r\nPaid by card'),
  a3: mail('a3', 'Bye', 'Until then.'),
};
function gmail(path) {
  const [, id] = /^\/messages\/(\w+)\?format=raw$/.exec(path) ?? [];
  if (id in mails) {
    const raw = Buffer.from(mails[id]).toString('base64url');
    return [200, { id, raw, internalDate: `${1767600000000 + Number.parseInt(id, 16)}` }];
  }
  const ids = Object.keys(mails).reverse().map((id) => ({ id }));
  return path.startsWith('/messages?') ? [200, { messages: ids }] : [404, {}];
}

apiServer.on('request', async (request, response) => {
  const answer = (status, body) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  };
  if (request.url === '/stats') {
    return answer(200, stats);
  }
  const value = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const token = value && (await provider.AccessToken.find(value));
  if (!token || token.isExpired) {
    return answer(401, { error: 'invalid_token' });
  }
  stats.api += 1;
  const mailbox = '/gmail/v1/users/me';
  if (request.url.startsWith(mailbox)) {
    return answer(...gmail(request.url.slice(mailbox.length)));
  }
  return answer(200, { subject: token.accountId, scope: token.scope, echo: value });
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
console.log(JSON.stringify({ issuer, api: `http://api.localhost:${apiPort}`, providerPort, apiPort }));
