import { type Device, deviceOf } from '#domain/workspace/device.ts';

/** What a passkey of this device may be called until somebody says better; empty where nothing fits. */
export const deviceName = (userAgent: string): string => deviceOf(userAgent).system ?? '';

/** “Firefox on Windows”, as far as it is known. */
export const deviceWords = ({ browser, system }: Device): string =>
  browser === null ? (system ?? 'An unknown browser') : system === null ? browser : `${browser} on ${system}`;
