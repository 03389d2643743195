import { lazy, Suspense, useEffect, useState } from 'react';
import { useIsConfirming } from './use-is-confirming.ts';

const ConfirmPassword = lazy(async () => ({ default: (await import('./confirm-password.tsx')).ConfirmPassword }));

/** The question for the password, fetched when it is first asked. */
export function ConfirmPasswordLazily() {
  const isOpen = useIsConfirming();
  const [wasOpened, setWasOpened] = useState(false);
  useEffect(() => {
    if (isOpen) setWasOpened(true);
  }, [isOpen]);
  if (!wasOpened) return null;
  return (
    <Suspense>
      <ConfirmPassword />
    </Suspense>
  );
}
