/** What went wrong at the device, by the browser's name for it, in words for whoever was about to use it. Null where nothing is to be said: it was ended on purpose. */
export function passkeyProblem(name: string, isAdding: boolean): string | null {
  switch (name) {
    case 'AbortError':
      return null;
    case 'InvalidStateError':
      return 'This device has a passkey of yours already. Use that one, or remove it first.';
    case 'SecurityError':
      return 'Passkeys belong to one address, and the console is open at another one here.';
    case 'NotSupportedError':
    case 'ConstraintError':
      return 'This device cannot ask for a PIN, a finger or a face, and without that a passkey opens nothing here.';
    case 'NotAllowedError':
      // Browsers do not tell these apart, so that no page learns who has a passkey where.
      return isAdding
        ? 'No passkey was added: it was cancelled, not allowed, or took too long.'
        : 'No passkey was used: it was cancelled, took too long, or there is none for Baton on this device. Your password works as before.';
    default:
      return isAdding
        ? 'This browser could not make a passkey. Nothing was added.'
        : 'This browser could not use a passkey. Your password works as before.';
  }
}
