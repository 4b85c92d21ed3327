import type { OidcRefusal } from '#protocol/oidc.ts';

/** [S35] Why the provider signed nobody in, in words for whoever was sent back. `name` is the provider's, as on the button. Null for what is no reason of ours. */
export function oidcProblem(reason: string, name: string): string | null {
  switch (reason as OidcRefusal) {
    case 'cancelled':
      return `${name} did not let you in, or it was cancelled there. Nothing was changed.`;
    case 'provider':
      return `${name} could not be asked, or gave no answer that can be read. Try again in a moment.`;
    case 'not_accepted':
      return `What ${name} answered is not accepted here. Try again; if it stays so, tell an admin.`;
    case 'unverified':
      return `${name} does not say that your e-mail address is verified, and without that nobody is let in. Verify it there.`;
    case 'nobody':
      return `Nobody with your address at ${name} is in a workspace here. Ask an admin for an invitation.`;
    case 'invited':
      return 'You are invited and have not joined yet. Open the link of your invitation first.';
    case 'another':
      return `Your address belongs to another account at ${name} here. Use that one, or your password.`;
    case 'too_late':
      return 'That took longer than ten minutes, was tried a second time, or was begun in another browser. Begin again.';
    case 'too_many':
      return 'Too many tries. Wait ten seconds and begin again.';
    default:
      return null;
  }
}
