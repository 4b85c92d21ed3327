import type { Mutant } from './mutants.ts';

const NATIVES = 'widget/kit/natives.ts';
const HOST = 'widget/launcher/host-element.ts';
const LAUNCHER = 'widget/launcher/launcher.ts';
const LOADER = 'widget/loader/loader.ts';
const REQUESTS = 'widget/capture/requests.ts';

const bug = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'hosts',
});

/** Planted bugs of the widget on other people's pages: what guards it from them, and them from it. Each is built before it is looked for. */
export const HOSTS_MUTANTS: Mutant[] = [
  bug('the page says how our lists are written', NATIVES, "'toJSON' in [] ? asItIs : undefined", 'undefined'),
  bug(
    'JSON is whatever the page calls so',
    NATIVES,
    'isNative(JSON.stringify) && isNative(JSON.parse)',
    'isNative(isNaN)',
  ),
  bug('what the page’s fetch refuses is refused', NATIVES, 'if (hasNativeFetch) throw cause;', 'throw cause;'),
  bug(
    'an element with our name is us',
    LOADER,
    "typeof host.Baton === 'function' ? host.Baton : undefined",
    'host.Baton',
  ),
  bug(
    'what the page has taken away is put back',
    REQUESTS,
    "owner === undefined || typeof original !== 'function'",
    'owner === undefined',
  ),
  bug('what wrapped us is thrown away', REQUESTS, 'if (owner[name] !== passage) return;', ''),
  bug('copies of us are left in the page', HOST, '    removeAll();\n    bodyNow()', '    bodyNow()'),
  bug('a long visit ends us', HOST, 'Date.now() - since > FIGHT_MS', 'since === 0'),
  bug(
    'a page that is written anew has lost us',
    HOST,
    'if (document.documentElement !== root) return onNewDocument();',
    '',
  ),
  bug(
    'what a policy refuses is tried for ever',
    LAUNCHER,
    "if (effectiveDirective !== 'connect-src' || disposition !== 'enforce') return;",
    'if (effectiveDirective !== disposition) return;',
  ),
  bug(
    'a part that cannot be loaded is the page’s rejection',
    LAUNCHER,
    'loadConversation().catch(() => {})',
    'void loadConversation()',
  ),
  bug('what was kept of a visitor stays', LAUNCHER, '      widget?.forget();\n', ''),
  bug('the wait for a frame goes on', 'widget/recorder/press/open-press.ts', '      abandon();\n', ''),
  bug(
    'a frozen page is half watched',
    'widget/recorder/start-rrweb.ts',
    'Object.isFrozen(Element.prototype)',
    'Object.isFrozen(emit)',
  ),
  bug('parts are not held to their hashes', LOADER, 'if (!tag.integrity) return;', 'if (parts) return;'),
  bug(
    'names that the page gave to every object are a part’s',
    'tools/build.ts',
    "code.replace('for (var name in all)', 'for (var name of Object.keys(all))')",
    'null',
  ),
];
