import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useIsConfirming } from '../session/use-is-confirming.ts';

interface DialogueProps {
  opened: boolean;
  onClose: () => void;
  /** After it has gone from sight. */
  onGone?: () => void;
  title: string;
  size?: 'md' | 'lg' | 'xl';
  /** What was typed or is shown once must not be lost by a click beside it. */
  keeps?: boolean;
  children: ReactNode;
}

/** A window over the page. Escape closes the question for the password, and not the window under it. */
export function Dialogue({ opened, onClose, onGone, title, size = 'lg', keeps = false, children }: DialogueProps) {
  const isConfirming = useIsConfirming();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      lockScroll={false}
      closeOnEscape={!isConfirming}
      closeOnClickOutside={!keeps && !isConfirming}
      closeButtonProps={{ 'aria-label': 'Close' }}
      {...(onGone === undefined ? {} : { onExitTransitionEnd: onGone })}
    >
      {children}
    </Modal>
  );
}
