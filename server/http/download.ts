import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Download } from '../../shared/api/routes.ts';

/**
 * Streams a file as fast as the one who asked takes it. The first piece is
 * awaited before anything is sent, so that what fails until then is answered
 * as every error is; what fails later cuts the connection, for a file that
 * merely ends early would pass for whole.
 */
export async function sendDownload(response: Response, status: number, download: Download): Promise<void> {
  const pieces = download.pieces[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.status(status);
  response.attachment(download.name);
  response.set('Content-Type', isText(download.type) ? `${download.type}; charset=utf-8` : download.type);
  response.set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // What people gave is shown by no page of ours: wherever it is opened all the same, it may run and load nothing.
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  try {
    await pipeline(Readable.from(withFirst(first, pieces)), response);
  } catch (error) {
    // Whoever asked went away: nobody is left to be told.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw error;
  }
}

/** Bytes of pictures and PDFs are what they are; all else that is sent is UTF-8. */
function isText(type: Download['type']): boolean {
  return type.startsWith('text/') || type === 'application/json' || type === 'application/jsonl';
}

type Piece = string | Uint8Array;

async function* withFirst(first: IteratorResult<Piece>, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    // Whoever asked may go away in the middle: what reads for them is to stop.
    await rest.return?.();
  }
}
