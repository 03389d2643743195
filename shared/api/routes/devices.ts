import {
  changeViewSchema,
  devicePatchSchema,
  deviceViewSchema,
  enrolmentLinkViewSchema,
  newEnrolmentLinkSchema,
} from '../devices.ts';
import { pageQuerySchema, pageSchema } from '../page.ts';
import { type Route, roles } from './route.ts';

const { administrator, everyone, leaders, readers } = roles;

/** Devices and what is known of them. */
export const deviceRoutes = {
  listDevices: {
    method: 'get',
    path: '/devices',
    summary: 'The fleet, by name',
    who: everyone,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(deviceViewSchema),
  },
  showDevice: {
    method: 'get',
    path: '/devices/{id}',
    summary: 'One device',
    who: everyone,
    status: 200,
    answer: deviceViewSchema,
  },
  changeDevice: {
    method: 'patch',
    path: '/devices/{id}',
    summary: 'Names a device, assigns it, or says that children use it',
    who: leaders,
    body: devicePatchSchema,
    status: 200,
    answer: deviceViewSchema,
  },
  listChanges: {
    method: 'get',
    path: '/devices/{id}/changes',
    summary: 'What changed on a device, newest first',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(changeViewSchema),
  },
  makeEnrolmentLink: {
    method: 'post',
    path: '/enrolment-links',
    summary: 'Makes a one-time link that enrols one named device',
    who: administrator,
    body: newEnrolmentLinkSchema,
    status: 201,
    answer: enrolmentLinkViewSchema,
  },
} as const satisfies Record<string, Route>;
