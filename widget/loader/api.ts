import type { ContextEntryType } from '#domain/page/page.ts';

/** What the host says about one fact of its page. */
export type ContextValue = {
  /** Shown to the agent, such as "Plan". At most 200 characters. */
  label: string;
  /** How the console draws it. */
  type: ContextEntryType;
  /** Text (1,000 characters), a number, a boolean, or a list of up to 50 short texts. Cards and secrets in it are redacted. */
  value: string | number | boolean | string[];
};

/** A token that the host's server signed, or a function that fetches one. The function is called again when a token expires. */
export type Identity = string | (() => string | Promise<string>);

export type BootOptions = {
  /** Keep the button hidden until `show`. Default false. */
  hidden?: boolean;
  /** Which lower corner. Default `right`. */
  side?: 'left' | 'right';
  /** `auto` follows the visitor's system. Default `auto`. */
  theme?: 'auto' | 'light' | 'dark';
  /** `off` records nothing on this page, whatever the workspace's setting. It can narrow the setting, never widen it. */
  capture?: 'off';
  /**
   * Where recorded events are compressed. `frame`: by a worker in a hidden frame from Baton's origin, for which a policy needs `frame-src`.
   * `blob`: by a worker made of a blob, for which it needs `worker-src blob:`. `page`: in slices on the page's own thread. By default
   * `frame`, but `page` where a nonce or a `meta` element says that the page has a policy.
   */
  worker?: 'frame' | 'blob' | 'page';
};

export type BatonEvents = {
  /** The button is there and calls take effect. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** Messages that the visitor has not seen; the badge shows the same number. */
  unread: { count: number };
  /** Somebody wrote. No text: that stays between visitor and support. */
  message: { from: 'visitor' | 'assistant' | 'agent' };
  escalated: { ticketNumber: string };
  agentJoined: { name: string };
  resolved: undefined;
  /** The identity was refused or ran out, and asking again did not help. The visit waits; it never becomes anonymous. */
  identityExpired: undefined;
};

/** What `Baton('debug')` answers. Holds no token, no text and no name. */
export type DebugSnapshot = {
  protocol: number;
  booted: boolean;
  open: boolean;
  identity: 'anonymous' | 'attested' | 'expired' | 'unknown';
  visit: 'none' | 'starting' | 'ready' | 'expired' | 'refused' | 'failed';
  hasVisitToken: boolean;
  capture: 'on_escalation' | 'always' | 'ask' | 'off' | 'unknown';
  trail: { tab: string; crumbs: number; next: number };
  contextEntries: number;
  connection: string;
  conversation: { id: string | null; entries: number; unacked: number; unread: number } | null;
  recorder: {
    state: string;
    /** Where recorded events are compressed: in a worker of a hidden frame, in a blob's worker, or in slices on the page's own thread. */
    host: 'frame' | 'blob' | 'page' | 'none';
    ringSeconds: number;
    ringBytes: number;
    uploaded: number;
    waiting: number;
    dropped: number;
  };
};

/**
 * The one global. Calls made before the script has loaded are queued by the stub and run in order:
 * `window.Baton = window.Baton || function () { (Baton.q = Baton.q || []).push(arguments); };`
 */
export interface Baton {
  /** Starts support on this page. The tag does it by itself unless it has `data-boot="manual"`; a second call changes nothing. */
  (call: 'boot', options?: BootOptions): void;
  /** Says who the visitor is. Without this call the visitor is anonymous. */
  (call: 'identify', identity: Identity): void;
  /** Tells agents a fact about what is on the screen. The same key replaces. At most 40 facts and 16 KB together. */
  (call: 'setContext', key: string, value: ContextValue): void;
  /** Removes one fact, or all of them. */
  (call: 'clearContext', key?: string): void;
  /** Names the product area of the page now shown. Without it the first path segment is used. */
  (call: 'page', page: { area: string }): void;
  (call: 'open'): void;
  (call: 'close'): void;
  (call: 'toggle'): void;
  /** Shows the button again after `hide`. */
  (call: 'show'): void;
  /** Hides the button and the panel. An open conversation goes on. */
  (call: 'hide'): void;
  <Name extends keyof BatonEvents>(call: 'on', name: Name, listener: (event: BatonEvents[Name]) => void): void;
  <Name extends keyof BatonEvents>(call: 'off', name: Name, listener: (event: BatonEvents[Name]) => void): void;
  /** Answers and prints what is going on, without secrets. Undefined until the script has loaded. */
  (call: 'debug'): DebugSnapshot | undefined;
  /** Ends everything and forgets this visitor on this browser: for signing out. `boot` starts anew. */
  (call: 'shutdown'): void;
}
