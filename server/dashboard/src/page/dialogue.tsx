import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
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
  const keepFocus = useFocusKept(opened);
  const onExitTransitionEnd = () => {
    keepFocus();
    onGone?.();
  };
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
      onExitTransitionEnd={onExitTransitionEnd}
    >
      {children}
    </Modal>
  );
}

/** Mantine puts the focus back to what opened the window a moment after it has gone. */
const focusIsBackMs = 50;

/**
 * Where the keyboard goes on from when what opened the window is no longer there, done with: the heading of its card, or
 * else of the page. Else it would begin at the top of everything.
 */
function useFocusKept(opened: boolean): () => void {
  const card = useRef<Element | null>(null);
  useEffect(() => {
    if (opened) card.current = document.activeElement?.closest('section[aria-labelledby]') ?? null;
  }, [opened]);
  return () => {
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const near = card.current?.isConnected === true ? card.current.querySelector('h2') : null;
      (near ?? document.querySelector('h1'))?.focus();
    }, focusIsBackMs);
  };
}
