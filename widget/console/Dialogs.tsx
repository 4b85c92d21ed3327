import { Dialog } from './dialogs/Dialog.tsx';
import { EscalateDialog } from './dialogs/EscalateDialog.tsx';
import { FlagDialog } from './dialogs/FlagDialog.tsx';
import { HistoryDialog } from './dialogs/HistoryDialog.tsx';
import { ResolveDialog } from './dialogs/ResolveDialog.tsx';
import { ShortcutsDialog } from './dialogs/ShortcutsDialog.tsx';
import { TransferDialog } from './dialogs/TransferDialog.tsx';
import { LazyPart } from './LazyRoom.tsx';
import { open } from './screen.ts';
import type { Workplace } from './workplace.ts';

export function Dialogs({ workplace }: { workplace: Workplace }) {
  const what = open.value;
  const conversation = workplace.current.value;
  const { me } = workplace;
  const onClose = () => {
    open.value = null;
  };
  if (what === null) return null;
  if ('history' in what)
    return <HistoryDialog id={what.history} subject={what.subject} agentId={me.agent.id} onClose={onClose} />;
  if (what.dialog === 'help') return <ShortcutsDialog onClose={onClose} />;
  if (what.dialog === 'find')
    return (
      <Dialog title="Find a conversation" wide onClose={onClose}>
        <LazyPart
          name="The search"
          load={() => import('./find/find-dialog.tsx')}
          props={{ workplace, onGone: onClose }}
        />
      </Dialog>
    );
  if (conversation === null) return null;
  switch (what.dialog) {
    case 'resolve':
      return <ResolveDialog conversation={conversation} onClose={onClose} />;
    case 'transfer':
      return <TransferDialog conversation={conversation} me={me} onClose={onClose} />;
    case 'escalate':
      return <EscalateDialog conversation={conversation} queues={me.queues} onClose={onClose} />;
    case 'flag':
      return <FlagDialog conversation={conversation} onClose={onClose} />;
    default:
      return what.dialog satisfies never;
  }
}
