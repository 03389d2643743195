import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { QrCode } from '../account/qr-code.tsx';
import { useReportForm } from '../api/incidents.ts';
import { Trouble, Waiting } from '../page/trouble.tsx';
import own from './poster.module.css';

/** The poster that leads to the short form, on one sheet of paper. */
export function PosterPage({ settingName }: { settingName: string }) {
  const form = useReportForm();
  if (form.isPending) return <Waiting what="One moment…" />;
  if (form.isError)
    return <Trouble what="The poster could not be loaded" error={form.error} again={() => void form.refetch()} />;
  const { link, code, anonymous, on } = form.data;
  return (
    <main className={own.sheet}>
      <p className={own.tools}>
        <Button onClick={() => window.print()}>Print it</Button>
        <Link href="/incidents/short-form">Back</Link>
        {!on && <strong>The form is off: switch it on before you hang this up.</strong>}
      </p>
      <p className={own.setting}>{settingName}</p>
      <h1>Saw something? Say something.</h1>
      <p className={own.danger}>
        In immediate danger call <strong>999</strong>.
      </p>
      <p className={own.lead}>
        A device misused, a photo where it should not be, a concern about a child or about somebody who works here:
        report it.
      </p>
      <div className={own.code}>
        <QrCode text={link} label="The code that opens the form, for a telephone’s camera" />
        <div>
          <p>Point your telephone’s camera at this, or open</p>
          <p className={own.link}>{link.replace(/#.*$/, '')}</p>
          <p>and type</p>
          <p className={own.letters}>{code}</p>
        </div>
      </div>
      <ul className={own.points}>
        <li>{anonymous ? 'You may leave your name out.' : 'You give your name; you choose who sees the report.'}</li>
        <li>You may have it pass the manager by: then only the safeguarding lead sees it.</li>
        <li>Whoever it is about sees nothing of it.</li>
        <li>Nothing you write is changed afterwards.</li>
      </ul>
    </main>
  );
}
