import { inBoth } from '../i18n/in-both.js';
import type { Refusal } from '../session/present.js';

/** What a refusal means for a person, by its stable code. */
const REFUSALS = inBoth<Readonly<Record<string, string>>>(
  {
    forbidden: 'Your role does not allow this.',
    'plan-limit': 'Your plan includes no more of these. Remove one, or change the plan.',
    'not-found': 'It is not there any more. Somebody has probably removed it.',
    'already-exists': 'It exists already.',
    'agent-inactive': 'This person is deactivated. Reactivate them first.',
    conflict: 'Somebody else was changing it at the same moment. Try again.',
    'version-conflict': 'Somebody else has changed it meanwhile. Look at it again, then try once more.',
    'last-owner': 'This is the last owner of the account. Make somebody else an owner first.',
    'limit-reached': 'There are as many as there may be. Remove one first.',
    'too-large': 'That is too large.',
    'invalid-body': 'Please look at the marked fields.',
  },
  {
    forbidden: 'Ihre Rolle erlaubt das nicht.',
    'plan-limit': 'Mehr davon umfasst Ihr Tarif nicht. Entfernen Sie etwas, oder wechseln Sie den Tarif.',
    'not-found': 'Das gibt es nicht mehr. Wahrscheinlich hat es jemand entfernt.',
    'already-exists': 'Das gibt es schon.',
    'agent-inactive': 'Diese Person ist deaktiviert. Aktivieren Sie sie zuerst.',
    conflict: 'Jemand anderes hat es im selben Moment geändert. Bitte noch einmal versuchen.',
    'version-conflict': 'Jemand anderes hat es inzwischen geändert. Sehen Sie noch einmal nach, dann erneut versuchen.',
    'last-owner': 'Das ist die letzte Person, der das Konto gehört. Übertragen Sie diese Rolle zuerst.',
    'limit-reached': 'Mehr davon geht nicht. Entfernen Sie zuerst etwas.',
    'too-large': 'Das ist zu groß.',
    'invalid-body': 'Bitte sehen Sie auf die markierten Felder.',
  },
);

const OTHER = inBoth(
  { failed: 'That did not work. Try again in a moment.', unreachable: 'The service did not answer. Nothing may have been changed; try again.' },
  { failed: 'Das hat nicht geklappt. Bitte gleich noch einmal versuchen.', unreachable: 'Der Dienst hat nicht geantwortet. Vielleicht wurde nichts geändert; bitte noch einmal versuchen.' },
);

/** A sentence for what became of a call that was not answered with success. */
export function refusalText(answer: { readonly kind: string; readonly refusal?: Refusal }): string {
  if (answer.kind !== 'refused') return OTHER().unreachable;
  return REFUSALS()[answer.refusal?.code ?? ''] ?? OTHER().failed;
}
