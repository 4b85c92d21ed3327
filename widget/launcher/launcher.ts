import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { type Capture, startCapture } from '../capture/capture.ts';
import { takeOver, unendedTab } from '../capture/trail.ts';
import type { Guide } from '../guide/guide.ts';
import { createEmitter, type Emitter } from '../kit/emitter.ts';
import { mountFrame } from '../kit/natives.ts';
import { openStore } from '../kit/storage.ts';
import type { BatonEvents, BootOptions, DebugSnapshot, Identity } from '../loader/api.ts';
import type { EarlyError, HandOver } from '../loader/hand-over.ts';
import type { Conversation } from '../panel/conversation.ts';
import type { Panel } from '../panel/panel.tsx';
import type { Recorder } from '../recorder/recorder.ts';
import { type Core, type GuideOf, storageKeys } from './core.ts';
import { createHostElement } from './host-element.ts';
import { offerHelp } from './offer-help.ts';
import { holdTab, isOrphan } from './tab-life.ts';
import { createVisits, type VisitState } from './visits.ts';

/** `identify` mostly follows `boot` at once; a visit that waited for it need not be made twice. */
const VISIT_AFTER_MS = 400;
/** Where somebody was known, somebody will be: an anonymous visit in between would be another person's, who inherits nothing. */
const VISIT_UNKNOWN_AFTER_MS = 4000;
/** The page's own start comes first. */
const RECORD_AFTER_MS = 1500;

/** Everything of one boot, and the way to end it. */
type Widget = {
  core: Core;
  open(): void;
  close(): void;
  isOpen(): boolean;
  setHidden(hidden: boolean): void;
  identify(identity: Identity): void;
  debug(): DebugSnapshot;
  /** Ends it, and leaves nothing on the page. What is kept of this visitor stays. */
  end(): void;
  forget(): void;
};

/** Called by the loader, once. */
export function launch(handOver: HandOver): void {
  const events = createEmitter<BatonEvents>();
  let earlyErrors: EarlyError[] = handOver.takeErrors();
  let widget: Widget | null = null;
  let debugging = false;
  /** After `shutdown` only `boot` starts anew; before it, any call that needs a widget does. */
  let ended = false;

  /** For a page that is written anew: what it had said before. */
  let booted: BootOptions = {};
  let identity: Identity | null = null;

  const ensure = (options: BootOptions | null = {}): Widget => {
    if (widget === null) booted = options ?? {};
    widget ??= startWidget(handOver, events, booted, earlyErrors, {
      onNewDocument() {
        widget?.end();
        widget = null;
        const next = ensure(booted);
        if (identity !== null) next.identify(identity);
      },
      onRefused() {
        widget?.end();
        widget = null;
        ended = true;
      },
    });
    earlyErrors = [];
    ended = false;
    return widget;
  };
  const complain = (call: string, why: string | null) => {
    if (why !== null && debugging) console.warn?.(`Baton('${call}'): ${why}. The call had no effect.`);
  };

  const calls: Record<string, (...args: never[]) => unknown> = {
    boot: (options?: BootOptions) => void ensure(options),
    identify: (next: Identity) => {
      if (typeof next !== 'string' && typeof next !== 'function')
        return complain('identify', 'pass a token or a function');
      identity = next;
      running()?.identify(next);
    },
    setContext: (key: unknown, value: unknown) =>
      complain('setContext', running()?.core.capture.setContext(key, value) ?? null),
    clearContext: (key?: unknown) => running()?.core.capture.clearContext(key),
    page: (page: unknown) =>
      complain('page', running()?.core.capture.setArea((page as { area?: unknown } | undefined)?.area) ?? null),
    open: () => running()?.open(),
    close: () => running()?.close(),
    toggle: () => (widget?.isOpen() ? widget.close() : running()?.open()),
    show: () => running()?.setHidden(false),
    hide: () => running()?.setHidden(true),
    on: (name: keyof BatonEvents, listener: (event: unknown) => void) =>
      typeof listener === 'function' && events.on(name, listener),
    off: (name: keyof BatonEvents, listener: (event: unknown) => void) => events.off(name, listener),
    debug: () => {
      debugging = true;
      const snapshot = widget?.debug();
      if (snapshot) console.info?.('Baton', snapshot);
      return snapshot;
    },
    shutdown: () => {
      widget?.end();
      widget?.forget();
      widget = null;
      identity = null;
      ended = true;
    },
  };
  const running = (): Widget | null => (ended ? null : ensure());

  const start = () => {
    // The tag boots unless the host said otherwise, but the host's own `boot` may be in the queue and carry options.
    handOver.takeCalls((call) => {
      const [name, ...args] = call as [string, ...never[]];
      if (!Object.hasOwn(calls, name)) return complain(String(name), 'there is no such call');
      return calls[name]?.(...args) ?? undefined;
    });
    if (handOver.autoBoot && !ended) ensure();
  };
  const begin = () => {
    if (document.body) start();
    else window.addEventListener('DOMContentLoaded', start, { once: true });
  };
  const session = openStore('sessionStorage');
  const { trail } = storageKeys(handOver.workspaceKey);
  const tab = unendedTab(session, trail);
  if (tab === null) begin();
  else
    void isOrphan(tab).then((isKilled) => {
      if (isKilled) takeOver(session, trail);
      begin();
    });
}

function startWidget(
  handOver: HandOver,
  events: Emitter<BatonEvents>,
  options: BootOptions,
  earlyErrors: EarlyError[],
  { onNewDocument, onRefused }: { onNewDocument(): void; onRefused(): void },
): Widget {
  const { origin, workspaceKey } = handOver;
  const keys = storageKeys(workspaceKey);
  const local = openStore('localStorage');
  const session = openStore('sessionStorage');
  let ended = false;
  let wantsOpen = false;
  let conversation: Promise<Conversation> | null = null;
  let talk: Conversation | null = null;
  let panel: Panel | null = null;
  let recorder: Promise<Recorder | null> | null = null;
  let recording: Recorder | null = null;
  let guide: Guide | null = null;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const startedAt = Date.now();
  let personHere = '';
  const wasKnown = session.get(keys.person) !== null;

  const host = createHostElement({
    side: options.side === 'left' ? 'left' : 'right',
    theme: options.theme === 'light' || options.theme === 'dark' ? options.theme : 'auto',
    hidden: options.hidden === true,
    onToggle: () => (wantsOpen ? close() : open()),
    onNewDocument,
  });
  mountFrame(host.shadow);
  const capture: Capture = startCapture({ origin, store: session, trailKey: keys.trail, host: host.node, earlyErrors });
  const letTabGo = holdTab(capture.trail.tab);
  const visits = createVisits({
    origin,
    workspaceKey,
    store: local,
    tokenKey: keys.visitToken,
    awaitsIdentity: wasKnown,
    onChange: onVisit,
  });
  const core: Core = {
    origin,
    workspaceKey,
    local,
    session,
    keys,
    capture,
    visits,
    events,
    worker: options.worker,
    shadow: host.shadow,
    record(recordingId) {
      // Nothing to stop where nothing runs.
      if (recordingId !== null || recorder !== null) void loadRecorder().then((loaded) => loaded?.upload(recordingId));
    },
    watch(on) {
      // Loaded only for this it would record what nobody has asked for.
      void recorder?.then((running) => running?.watch(on));
    },
    announce: host.announce,
    guide: showGuide,
    open,
    close,
  };
  const help = offerHelp(core, () => open());
  capture.trail.onAdd = (crumb) => {
    if (!wantsOpen && (crumb.kind === 'rage_click' || crumb.kind === 'request_failed')) help.check();
    talk?.crumbAdded();
  };
  capture.onPageChange = () => talk?.pageChanged();

  function onVisit(state: VisitState): void {
    if (ended) return;
    const visit = visits.current;
    if (state === 'expired') events.emit('identityExpired', undefined);
    if (state === 'ready' && visit) {
      keepApart();
      if (mayRecord()) timers.push(setTimeout(loadRecorder, RECORD_AFTER_MS));
      else forgetRecordings(keys.database);
      // There is something to come back to: messages may arrive and a recording may go on while the panel is closed.
      if (visit.conversationId !== null || hasUnsent()) loadConversation().catch(() => {});
      // They agreed on the page before this one.
      if (guide === null && session.get(keys.guide) !== null) showGuide(null);
    }
    talk?.visitChanged();
  }

  /** On a shared browser, nothing of the last person may reach the conversation of the next, even where the host forgot `shutdown`. */
  function keepApart(): void {
    const { person } = visits;
    const last = session.get(keys.person);
    const changedHere = personHere !== '' && personHere !== person;
    personHere = person;
    if (person === '') session.remove(keys.person);
    else session.set(keys.person, person);
    if (last === null || last === person) {
      const visitorId = visits.current?.visitor.id;
      if (visitorId !== undefined) void recorder?.then((running) => running?.rename(visitorId));
      return;
    }
    for (const key of [keys.draft, keys.trailAcked, keys.segments, keys.unsaved, keys.offered, keys.guide])
      session.remove(key);
    guide?.stop();
    capture.trail.dropBefore(changedHere ? Date.now() : startedAt);
    void recorder?.then((running) => running?.stop());
    recording = null;
    recorder = null;
  }

  /** Another tab began a conversation: what this one shows belongs into its recording, and a fresh visit knows of it. */
  function onStorage({ key, newValue }: StorageEvent): void {
    if (key === keys.conversation && newValue !== null && conversation === null && visits.state === 'ready')
      visits.renew();
  }
  addEventListener('storage', onStorage);

  const mayRecord = () => options.capture !== 'off' && visits.current?.capture !== 'off';

  const hasUnsent = () => local.keys().some((key) => key.startsWith(keys.outgoing));

  function loadConversation(): Promise<Conversation> {
    conversation ??= handOver.check('conversation').then(() =>
      import('../panel/conversation.ts').then(({ startConversation }) => {
        talk = startConversation(core);
        talk.onUnread = (count) => {
          host.setUnread(count);
          events.emit('unread', { count });
        };
        return talk;
      }),
    );
    return conversation;
  }

  // The panel is built on the conversation, which it would load by itself and unchecked.
  const loadPanel = () =>
    handOver
      .check('conversation', 'panel')
      .then(() => import('../panel/panel.tsx').then(({ mountPanel }) => mountPanel));

  /** Recorder broken? The visitor can still write. */
  function loadRecorder(): Promise<Recorder | null> {
    if (ended || visits.current === null || !mayRecord()) return Promise.resolve(null);
    if (recorder !== null) return recorder;
    const mine: Promise<Recorder | null> = handOver
      .check('recorder', 'press')
      .then(() =>
        import('../recorder/recorder.ts').then(({ startRecorder }) => {
          // Meanwhile it ended, or another person came, for whom another one is started.
          if (ended || recorder !== mine || visits.current === null) return null;
          recording = startRecorder(core, visits.current.visitor.id);
          return recording;
        }),
      )
      .catch(() => null);
    recorder = mine;
    return mine;
  }

  function showGuide(of: GuideOf | null): void {
    handOver
      .check('conversation', 'guide')
      .then(() => Promise.all([loadConversation(), import('../guide/guide.ts')]))
      .then(([loaded, { startGuide }]) => {
        if (ended) return;
        guide?.stop();
        guide = startGuide(core, loaded, of);
      })
      .catch(() => host.announce('The guide could not be loaded. Check your connection and try again.'));
  }

  function open(focus: boolean | HTMLElement = true): void {
    if (wantsOpen || ended) return;
    wantsOpen = true;
    host.setHidden(false);
    host.setOpen(true);
    help.dismiss();
    session.set(keys.open, '1');
    if (visits.state === 'none') void visits.ensure();
    Promise.all([loadConversation(), loadPanel()]).then(
      ([loaded, mountPanel]) => {
        if (ended) return;
        panel ??= mountPanel(core, loaded);
        if (!wantsOpen) return;
        panel.open(focus);
        events.emit('open', undefined);
      },
      () => {
        // The chunk could not be loaded; the next press tries again.
        conversation = talk ? conversation : null;
        wantsOpen = false;
        host.setOpen(false);
        host.announce('Support could not be loaded. Check your connection and try again.');
      },
    );
  }

  function close(): void {
    if (!wantsOpen) return;
    wantsOpen = false;
    host.setOpen(false);
    session.remove(keys.open);
    panel?.close();
    // Only from inside: somebody who is typing in the page keeps their place.
    if (host.node === document.activeElement || document.activeElement === document.body) host.button.focus();
    events.emit('close', undefined);
  }

  // Whoever reaches for the button is about to press it.
  const prefetch = () => void loadPanel().catch(() => {});
  host.button.addEventListener('pointerenter', prefetch, { once: true });
  host.button.addEventListener('focus', prefetch, { once: true });
  // It was open when the page was left. On a phone it would cover the page that the visitor went to see.
  if (session.get(keys.open) !== null && !matchMedia('(max-width: 600px)').matches && !options.hidden) open(false);

  timers.push(
    setTimeout(
      () => {
        if (visits.state === 'none') visits.renew();
      },
      wasKnown ? VISIT_UNKNOWN_AFTER_MS : VISIT_AFTER_MS,
    ),
  );
  queueMicrotask(() => events.emit('ready', undefined));

  // Where the page's policy does not let us speak to anybody there is no use in trying on: each try is reported to the page's owner.
  const onViolation = ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective !== 'connect-src' || disposition !== 'enforce') return;
    if (!blockedURI.replace(/^ws/, 'http').startsWith(origin)) return;
    console.warn?.(`Baton: this page’s policy needs ${origin} and ${origin.replace(/^http/, 'ws')} in connect-src.`);
    onRefused();
  };
  document.addEventListener('securitypolicyviolation', onViolation);

  return {
    core,
    open: () => open(),
    close,
    isOpen: () => wantsOpen,
    setHidden(hidden) {
      if (hidden) {
        close();
        guide?.stop();
      }
      host.setHidden(hidden);
    },
    identify: visits.identify,
    debug: () => ({
      protocol: PROTOCOL_VERSION,
      booted: true,
      open: wantsOpen,
      identity:
        visits.state === 'expired'
          ? 'expired'
          : visits.current === null
            ? 'unknown'
            : visits.current.visitor.attested
              ? 'attested'
              : 'anonymous',
      visit: visits.state,
      hasVisitToken: local.get(keys.visitToken) !== null,
      capture: options.capture ?? visits.current?.capture ?? 'unknown',
      trail: {
        tab: capture.trail.tab,
        crumbs: capture.trail.all().length,
        next: (capture.trail.all().at(-1)?.n ?? -1) + 1,
      },
      contextEntries: capture.entryCount(),
      connection: talk?.view().link ?? 'none',
      conversation: talk?.debug() ?? null,
      recorder: recording?.debug() ?? {
        state: 'not loaded',
        host: 'none',
        ringSeconds: 0,
        ringBytes: 0,
        uploaded: 0,
        waiting: 0,
        dropped: 0,
      },
    }),
    end() {
      ended = true;
      document.removeEventListener('securitypolicyviolation', onViolation);
      for (const timer of timers) clearTimeout(timer);
      removeEventListener('storage', onStorage);
      help.dismiss();
      guide?.stop();
      panel?.destroy();
      talk?.stop();
      recording?.stop();
      capture.stop();
      letTabGo();
      visits.stop();
      host.remove();
    },
    forget() {
      for (const key of local.keys())
        if (key === keys.visitToken || key.startsWith(`${keys.visitToken}:`)) local.remove(key);
      for (const key of session.keys()) if (key.startsWith(`${keys.visitToken}:`)) session.remove(key);
      forgetRecordings(keys.database);
    },
  };
}

/** The recorder's own code may not be loaded, and what it kept on an earlier page goes all the same. */
function forgetRecordings(database: string): void {
  try {
    indexedDB.deleteDatabase(database);
  } catch {
    // Blocked: nothing was ever kept.
  }
}
