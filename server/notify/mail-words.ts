import type { DeliveryPurpose } from '../../shared/api/notify.ts';
import type { Severity } from '../../shared/policy/findings.ts';

interface Written {
  purpose: Exclude<DeliveryPurpose, 'weekly'>;
  severity: Severity;
  /** Who should look. */
  name: string;
  link: string;
}

/** An e-mail's words: who should look, and where. What it is about stands behind the sign-in, and nowhere else. */
export function mailWords({ purpose, severity, name, link }: Written): { subject: string; text: string } {
  const { subject, ask } = sentences[purpose](severity);
  const text = [`${name},`, ask, link, closing[purpose]].join('\n\n');
  return { subject, text: `${text}\n` };
}

const silence =
  'This e-mail does not say what it is about: you read that after signing in. Please do not forward it. You choose what reaches you, and when, on the page “Notices”.';

const closing: { readonly [Name in Written['purpose']]: string } = {
  notice: silence,
  daily: silence,
  test: 'Nothing else is to be done.',
};

const sentences: { readonly [Name in Written['purpose']]: (severity: Severity) => { subject: string; ask: string } } = {
  notice: (severity) =>
    severity === 'urgent'
      ? { subject: 'Hometime: please look now', ask: 'Something needs you to look at it now:' }
      : { subject: 'Hometime: please look', ask: 'Something needs you to look at it:' },
  daily: () => ({
    subject: 'Hometime: your list for today',
    ask: 'There are things on your list that you have not looked at:',
  }),
  test: () => ({
    subject: 'Hometime: a test',
    ask: 'This is the test e-mail you asked for. E-mail from Hometime reaches you:',
  }),
};
