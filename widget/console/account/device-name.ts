const KINDS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'Chromebook'],
  [/Macintosh/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
] as const;

/** What a passkey of this device may be called until somebody says better; empty where nothing fits. */
export const deviceName = (userAgent: string): string => KINDS.find(([sign]) => sign.test(userAgent))?.[1] ?? '';
