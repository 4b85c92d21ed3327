export type SigningLanguage = 'node' | 'python' | 'ruby' | 'php' | 'go';
type Named = { kid: string; publicKey: string };

/** In the order in which they are offered. */
export const SIGNING_LANGUAGES: readonly { id: SigningLanguage; label: string }[] = [
  { id: 'node', label: 'Node' },
  { id: 'python', label: 'Python' },
  { id: 'ruby', label: 'Ruby' },
  { id: 'php', label: 'PHP' },
  { id: 'go', label: 'Go' },
];

const SNIPPETS: Record<SigningLanguage, (named: Named) => string> = {
  node: ({ kid, publicKey }) => `\
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
`,
  python: ({ kid, publicKey }) => `\
import base64, hashlib, hmac, json, os, time

def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def baton_token(user):
    """For the person who is signed in. Keep the secret on the server, in its environment."""
    now = int(time.time())
    head = encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "${kid}"}).encode())
    body = encode(json.dumps({
        "aud": "${publicKey}", "sub": user["id"], "iat": now, "exp": now + 600,
        "name": user["name"], "email": user["email"],
    }).encode())
    secret = os.environ["BATON_SIGNING_SECRET"].encode()
    signature = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encode(signature)}"
`,
  ruby: ({ kid, publicKey }) => `\
require "json"
require "openssl"

# For the person who is signed in. Keep the secret on the server, in its environment.
def baton_token(user)
  encode = ->(data) { [data].pack("m0").tr("+/", "-_").delete("=") }
  now = Time.now.to_i
  head = encode.(JSON.generate({ alg: "HS256", typ: "JWT", kid: "${kid}" }))
  body = encode.(JSON.generate({
    aud: "${publicKey}", sub: user[:id], iat: now, exp: now + 600,
    name: user[:name], email: user[:email]
  }))
  signature = OpenSSL::HMAC.digest("SHA256", ENV.fetch("BATON_SIGNING_SECRET"), "#{head}.#{body}")
  "#{head}.#{body}.#{encode.(signature)}"
end
`,
  php: ({ kid, publicKey }) => `\
<?php
// For the person who is signed in. Keep the secret on the server, in its environment.
function baton_token(array $user): string
{
    $secret = getenv('BATON_SIGNING_SECRET') ?: throw new RuntimeException('BATON_SIGNING_SECRET is not set');
    $encode = fn (string $data): string => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
    $now = time();
    $head = $encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT', 'kid' => '${kid}'], JSON_THROW_ON_ERROR));
    $body = $encode(json_encode([
        'aud' => '${publicKey}', 'sub' => $user['id'], 'iat' => $now, 'exp' => $now + 600,
        'name' => $user['name'], 'email' => $user['email'],
    ], JSON_THROW_ON_ERROR));
    return "$head.$body." . $encode(hash_hmac('sha256', "$head.$body", $secret, true));
}
`,
  go: ({ kid, publicKey }) => `\
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"time"
)

// BatonToken is for the person who is signed in. Keep the secret on the server, in its environment.
func BatonToken(id, name, email string) (string, error) {
	secret := os.Getenv("BATON_SIGNING_SECRET")
	if secret == "" {
		return "", errors.New("BATON_SIGNING_SECRET is not set")
	}
	now := time.Now().Unix()
	head, err := json.Marshal(map[string]any{"alg": "HS256", "typ": "JWT", "kid": "${kid}"})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]any{
		"aud": "${publicKey}", "sub": id, "iat": now, "exp": now + 600, "name": name, "email": email,
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode(head) + "." + encode(body)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil)), nil
}
`,
};

/** [S11] What a company's own server needs to say who is signed in: what its language brings, no package. Tests run them. */
export const signingSnippet = (language: SigningLanguage, named: Named): string => SNIPPETS[language](named);
