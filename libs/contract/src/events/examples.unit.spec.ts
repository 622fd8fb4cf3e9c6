import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type CloudEvent, cloudEventOf, cloudEventSchema, messageTypes, siteStatusChangedOf } from './index.js';
import type { SiteStatusChangedData } from './box-status.js';

// The files are what consumers were promised: they are added to, never edited.
const folder = path.join(import.meta.dirname, 'examples');
const examples = readdirSync(folder).map((file) => ({
  file,
  message: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CloudEvent,
}));

describe('the examples of messages on the bus', () => {
  it('show every type once, in a file of its name', () => {
    const names = messageTypes.map(({ type }) => type.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase());
    expect(examples.map(({ file }) => file)).toEqual(names.map((name) => `${name}.example.json`).sort());
  });

  it.each(examples)('$file fits the envelope and the schema of its type', ({ message }) => {
    expect(cloudEventSchema.strict().parse(message)).toEqual(message);
    const known = messageTypes.find(({ type }) => type === message.type);
    expect(known?.data.parse(message.data)).toEqual(message.data);
    expect(message.dataschema).toBe(`urn:ampel:schema:${message.type}:${known?.schemaVersion}`);
  });

  it.each(examples)('$file is what the relay makes of the stored row', ({ message }) => {
    expect(message.type === 'SiteStatusChanged' ? fromShownLog(message) : fromLog(message)).toEqual(message);
  });

  it.each(examples)('$file keeps to the naming rules of CloudEvents', ({ message }) => {
    for (const [attribute, value] of Object.entries(message)) {
      expect(attribute).toMatch(/^[a-z0-9]{1,20}$/);
      if (attribute !== 'data') expect(['string', 'number']).toContain(typeof value);
    }
  });
});

describe('a message', () => {
  it('of a type that this version does not know is told all the same', () => {
    const [example] = examples;
    const unknown = { ...(example?.message as CloudEvent), type: 'InventedLater', dataschema: 'urn:ampel:schema:InventedLater:3' };
    expect(fromLog(unknown)).toEqual(unknown);
  });

  it('says so when a group is gone or a box is new', () => {
    const message = examples.find(({ file }) => file === 'site-status-changed.example.json')?.message as CloudEvent;
    const data = { ...message.data, groupId: 'g', previousStatus: null, removed: true };
    const changed = fromShownLog({ ...message, data });
    expect(changed.data).toEqual(data);
    expect(messageTypes.find(({ type }) => type === 'SiteStatusChanged')?.data.parse(changed.data)).toEqual(data);
  });
});

function fromLog(message: CloudEvent): CloudEvent {
  return cloudEventOf({
    partition: message.partition,
    position: message.position,
    tenantId: message.tenantid,
    streamId: message.subject,
    version: message.streamversion ?? 0,
    type: message.type,
    schemaVersion: Number(message.dataschema.split(':').at(-1)),
    eventId: message.id,
    causationId: message.causationid ?? null,
    correlationId: message.correlationid ?? '',
    actor: { kind: message.actorkind, id: message.actorid },
    effectiveAt: Date.parse(message.effectiveat),
    recordedAt: Date.parse(message.time),
    data: message.data,
  });
}

function fromShownLog(message: CloudEvent): CloudEvent {
  const data = message.data as SiteStatusChangedData;
  return siteStatusChangedOf({
    partition: message.partition,
    seq: message.position,
    eventId: message.id,
    tenantId: message.tenantid,
    siteId: data.siteId,
    groupId: data.groupId,
    status: data.status,
    before: data.previousStatus,
    since: Date.parse(data.since),
    version: data.version,
    removed: data.removed,
    shownFrom: Date.parse(message.time),
    cause: { ...data.cause, actor: { kind: message.actorkind, id: message.actorid } },
  });
}
