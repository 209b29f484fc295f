import { LanguageSupport, StreamLanguage, type StreamParser } from '@codemirror/language';

/** The state that crosses lines: block comments nest in WGSL. */
interface State {
  comments: number;
}

const KEYWORDS = words(`
  alias break case const const_assert continue continuing default diagnostic discard else enable fn for if
  let loop override requires return struct switch var while import as package super self`);

const CONSTANTS = words('true false read write read_write function private workgroup uniform storage');

/** Predeclared types; the compiler knows the rest. */
const TYPE =
  /^(?:bool|[fiu]32|f16|array|atomic|ptr|sampler(?:_comparison)?|vec[234][fhiu]?|mat[234]x[234][fh]?|texture_\w+)$/;

const NUMBER =
  /^(?:0[xX][\da-fA-F]*\.?[\da-fA-F]*(?:[pP][+-]?\d+)?|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)[fhiu]?/;

const parser: StreamParser<State> = {
  name: 'wgsl',
  startState: () => ({ comments: 0 }),
  token(stream, state) {
    if (state.comments > 0 || stream.match('/*', false)) {
      inComment(stream, state);
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    // Conditions of WESL and attributes of WGSL alike: @if, @else, @compute, @group.
    if (stream.match(/^@\s*\w+/)) return 'meta';
    if (stream.match(NUMBER)) return 'number';
    const [word] = (stream.match(/^[\p{XID_Start}_][\p{XID_Continue}]*/u) as RegExpMatchArray | null) ?? [];
    if (word !== undefined) return styleOf(word, stream.match(/^\s*\(/, false) !== null);
    if (stream.match(/^(?:::|->|[-+*/%&|^!~=<>]+)/)) return 'operator';
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '//', block: { open: '/*', close: '*/' } } },
};

function inComment(stream: Parameters<NonNullable<typeof parser.token>>[0], state: State): void {
  while (!stream.eol()) {
    if (stream.match('/*')) state.comments++;
    else if (stream.match('*/')) {
      state.comments--;
      if (state.comments === 0) return;
    } else stream.next();
  }
}

function styleOf(word: string, isCalled: boolean): string {
  if (KEYWORDS.has(word)) return 'keyword';
  if (CONSTANTS.has(word)) return 'atom';
  if (TYPE.test(word)) return 'typeName';
  if (/^[A-Z][A-Z\d_]+$/.test(word)) return 'variableName.constant';
  return isCalled ? 'variableName.function' : 'variableName';
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** The stream parser alone, for those who need no editor. */
export const wgslParser = parser;

/** Today’s WGSL and the WESL around it, for colours and comments. Mistakes are left to the compiler. */
export const wgsl = (): LanguageSupport => new LanguageSupport(StreamLanguage.define(parser));
