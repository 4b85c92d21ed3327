/** The seeded demo workspace, as its customer knows it. Signs for that one only; a real customer keeps its secret in its environment. */
export const DEMO_WORKSPACE = {
  publicKey: 'pk_demo_ledgerline',
  signingKey: { kid: 'demo-1', secret: 'ledgerline-demo-signing-secret-only-for-local-use' },
} as const;
