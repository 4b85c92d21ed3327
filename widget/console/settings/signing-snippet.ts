/** [S11] What a company's own server needs to say who is signed in: Node alone, no package. A test runs it. */
export const signingSnippet = ({ kid, publicKey }: { kid: string; publicKey: string }): string => `\
import { createHmac } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** For the person who is signed in. Keep the secret on the server, in its environment. */
export function batonToken(user) {
  const now = Math.floor(Date.now() / 1000);
  const head = encode({ alg: 'HS256', typ: 'JWT', kid: '${kid}' });
  const body = encode({
    aud: '${publicKey}', sub: user.id, iat: now, exp: now + 600,
    name: user.name, email: user.email,
  });
  const signature = createHmac('sha256', process.env.BATON_SIGNING_SECRET)
    .update(\`\${head}.\${body}\`).digest('base64url');
  return \`\${head}.\${body}.\${signature}\`;
}
`;
