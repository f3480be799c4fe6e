import { StudioError } from '../core/errors.ts';
import { PROJECT_FORM } from './json-form.ts';
import { JsonMembers, type JsonMember } from './json-members.ts';
import { JsonNode } from './json-node.ts';
import { ProjectChecks } from './project-checks.ts';
import {
  readClip,
  readFrame,
  readMask,
  readMemoryEdit,
  readModel,
  readObjects,
  readPrompts,
} from './project-fields.ts';
import {
  PROJECT_FORMAT,
  PROJECT_SCHEMA_VERSION,
  type ProjectClip,
  type ProjectHead,
  type ProjectModel,
  type ProjectObject,
  type ProjectPart,
} from './project.ts';
import { decodeUtf8 } from './utf8-stream.ts';

const NEEDED = ['prompts', 'frames', 'masks'];
/** `memory` came later: files without it are whole. */
const STREAMED = new Set([...NEEDED, 'memory']);

/**
 * Reads a project file as a stream and checks all of it, whatever the order of its members. Parts
 * come as they are read; only once `head`, the last, has come is the whole file known to be valid.
 * Holds one part at a time, and a number for each mask and prompt. Unknown members are ignored.
 * @throws StudioError `file-invalid`, with the path of what is wrong
 */
export async function* readProject(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ProjectPart, void> {
  const document = new JsonMembers(STREAMED);
  const draft = new HeadDraft();
  const checks = new ProjectChecks();
  for await (const text of decodeUtf8(bytes, PROJECT_FORM)) {
    for (const member of document.push(text)) {
      const part = readMember(member, draft);
      if (part === undefined) continue;
      checks.see(part, pathOf(member));
      yield part;
    }
  }
  document.finish();
  const head = draft.finish();
  for (const key of NEEDED) if (!document.has(key)) throw missing(key);
  checks.finish(head);
  yield { kind: 'head', head };
}

/** The members that come whole, gathered until all of them are there. */
class HeadDraft {
  format: string | undefined;
  schemaVersion: number | undefined;
  appVersion: string | undefined;
  createdAt: string | undefined;
  clip: ProjectClip | undefined;
  model: ProjectModel | undefined;
  objects: readonly ProjectObject[] | undefined;

  finish(): ProjectHead {
    if (this.format === undefined) throw notAProject();
    const { appVersion, createdAt, clip, model, objects } = this;
    if (this.schemaVersion === undefined) throw missing('schemaVersion');
    if (appVersion === undefined) throw missing('appVersion');
    if (createdAt === undefined) throw missing('createdAt');
    if (clip === undefined) throw missing('clip');
    if (objects === undefined) throw missing('objects');
    return { appVersion, createdAt, clip, objects, ...(model && { model }) };
  }
}

function readMember(member: JsonMember, draft: HeadDraft): ProjectPart | undefined {
  const node = new JsonNode(member.value, pathOf(member));
  if (member.index === undefined) return readWhole(member.key, node, draft);
  switch (member.key) {
    case 'prompts':
      return { kind: 'prompts', prompts: readPrompts(node) };
    case 'memory':
      return { kind: 'memory', memory: readMemoryEdit(node) };
    case 'frames':
      return { kind: 'frame', frame: readFrame(node) };
    default:
      return { kind: 'mask', mask: readMask(node) };
  }
}

function readWhole(key: string, node: JsonNode, draft: HeadDraft): ProjectPart | undefined {
  switch (key) {
    case 'format':
      if (node.text() !== PROJECT_FORMAT) throw notAProject();
      draft.format = PROJECT_FORMAT;
      return undefined;
    case 'schemaVersion':
      draft.schemaVersion = readVersion(node);
      return undefined;
    case 'appVersion':
      draft.appVersion = node.text();
      return undefined;
    case 'createdAt':
      draft.createdAt = readTime(node);
      return undefined;
    case 'clip':
      draft.clip = readClip(node);
      return { kind: 'clip', clip: draft.clip };
    case 'model':
      draft.model = readModel(node);
      return undefined;
    case 'objects':
      draft.objects = readObjects(node);
      return undefined;
    default:
      if (STREAMED.has(key)) node.refuse('must be an array');
      return undefined;
  }
}

function readVersion(node: JsonNode): number {
  const version = node.integer({ min: 1 });
  if (version === PROJECT_SCHEMA_VERSION) return version;
  throw new StudioError(
    'file-invalid',
    `The project file has the form ${version}; this studio reads ${PROJECT_SCHEMA_VERSION}.`,
    { hint: 'It was made by a newer studio. Reload this page to get the newest one.' },
  );
}

function readTime(node: JsonNode): string {
  const text = node.matching(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
    'a time as in RFC 3339',
  );
  return Number.isNaN(Date.parse(text)) ? node.refuse('must be a time that exists') : text;
}

function pathOf({ key, index }: JsonMember): string {
  return index === undefined ? key : `${key}[${index}]`;
}

function missing(key: string): StudioError {
  return new StudioError('file-invalid', `The project file has no member “${key}”.`, {
    hint: PROJECT_FORM.formHint,
  });
}

function notAProject(): StudioError {
  return new StudioError('file-invalid', 'The JSON file is not a project of this studio.', {
    hint: `A project file starts with "format": "${PROJECT_FORMAT}".`,
  });
}
