import { Dialog } from '../dialogs/Dialog.tsx';
import { plural } from '../wording.ts';

type LeaveDialogProps = { count: number; onStay(): void; onLeave(): void };

/** Asked before unsaved changes are left behind. */
export function LeaveDialog({ count, onStay, onLeave }: LeaveDialogProps) {
  return (
    <Dialog
      title="Leave without saving?"
      lead={`${plural(count, 'change')} of these settings ${count === 1 ? 'is' : 'are'} not saved and would be lost.`}
      onClose={onStay}
    >
      <footer>
        <span class="grow" />
        <button type="button" class="secondary" onClick={onLeave}>
          Discard and leave
        </button>
        <button type="button" class="primary" autofocus onClick={onStay}>
          Keep editing
        </button>
      </footer>
    </Dialog>
  );
}
