import { CLOUD_EVENT_TYPE, cloudEventSchema, dataSchema, draft7, messageTypes, type MessageType } from './events/index.js';

type Json = Record<string, unknown>;

/**
 * The AsyncAPI 3.0 document of the bus: one channel, message and operation per type, built from the schemas that the specs check
 * messages with. `version` is that of the product. Plain JSON, made anew by every call.
 */
export function asyncApiDocument(version = '0.1.0'): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Ampel: events on the bus',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: CLOUD_EVENT_TYPE,
    channels: each(({ type, kind, data }) => ({
      address: `v1.{partition}.{tenantId}.${kind}.${type}`,
      description: data.description,
      parameters: { partition: reference('parameters', 'partition'), tenantId: reference('parameters', 'tenantId') },
      messages: { [type]: reference('messages', type) },
    })),
    operations: Object.fromEntries(
      messageTypes.map(({ type }) => [
        `publish${type}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${type}` },
          messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
        },
      ]),
    ),
    components: {
      parameters: {
        partition: { description: '0 to 63. A tenant always has the same one; the order of messages holds within it.' },
        tenantId: { description: 'The tenant; `*` for all.' },
      },
      messages: each(messageOf),
      schemas: { CloudEvent: draft7(cloudEventSchema), Headers: HEADERS, ...each(({ data }) => draft7(data)) },
    },
  };
}

const DESCRIPTION = [
  'Facts as CloudEvents 1.0 in structured JSON, in the JetStream stream AMPEL.',
  'Delivery is at least once: dedupe by the id, which is also the message id.',
  'Within a partition messages come in the order of `position`, one count for events and one for box changes; a repetition may come late.',
  'Consumers ignore attributes and fields that they do not know. A change that would break them gets another version in `dataschema`.',
].join(' ');

const text = (description: string): Json => ({ type: 'string', description });

const HEADERS: Json = {
  type: 'object',
  properties: {
    'Nats-Msg-Id': text('the id of the event'),
    'Ampel-Partition': text('as the attribute partition'),
    'Ampel-Position': text('as the attribute position'),
    traceparent: text('where the message is traced (W3C Trace Context): the span that published it; only where traces are collected'),
    'Ampel-Settled': text("for the relay itself: up to this position it had seen everything stored"),
  },
  required: ['Nats-Msg-Id', 'Ampel-Partition', 'Ampel-Position'],
};

function messageOf({ type, schemaVersion, data }: MessageType): Json {
  return {
    name: type,
    title: type,
    summary: data.description,
    contentType: CLOUD_EVENT_TYPE,
    headers: reference('schemas', 'Headers'),
    payload: {
      allOf: [
        reference('schemas', 'CloudEvent'),
        {
          type: 'object',
          properties: {
            type: { const: type },
            dataschema: { const: dataSchema(type, schemaVersion) },
            data: reference('schemas', type),
          },
        },
      ],
    },
  };
}

function each(make: (type: MessageType) => Json): Json {
  return Object.fromEntries(messageTypes.map((one) => [one.type, make(one)]));
}

function reference(kind: string, name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}
