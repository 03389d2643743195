import type { Handlers } from '../http/handlers.ts';
import type { Enrolment } from './enrolment.ts';

/** `POST /enrolment-links`. `address` is where devices reach the agents' listener. */
export function enrolmentRoutes(
  enrolment: Enrolment,
  address: { host: string; port: number },
): Pick<Handlers, 'makeEnrolmentLink'> {
  return {
    makeEnrolmentLink: ({ asker, body }) =>
      enrolment.makeLink({ ...body, settingId: asker.settingId, by: asker.name, address }),
  };
}
