// Talking to the server: one function per way, one kind of error, and the stream of news.

// What the server refuses, with its findings.
export class Refused extends Error {
  constructor(status, diagnostics) {
    super(diagnostics[0]?.message ?? `status ${status}`);
    this.status = status;
    this.diagnostics = diagnostics;
  }
}

let tell = () => {};
// Says to whom it is told that the server is gone, or back.
export const onConnection = (listener) => { tell = listener; };

const send = async (path, options) => {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    tell('gone');
    throw new Refused(0, [{ code: '', message: '' }]);
  }
  if (response.status === 403) {
    tell('locked');
    throw new Refused(403, []);
  }
  tell('here');
  if (!response.ok) {
    const body = await response.json().catch(() => ({ diagnostics: [] }));
    throw new Refused(response.status, body.diagnostics ?? []);
  }
  return response;
};

export const post = async (path, body) => {
  const headers = { 'content-type': 'application/json' };
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json();
};

export const get = async (path) => (await send(path)).json();

export const file = async (path) => {
  const response = await send(`/api/file?path=${encodeURIComponent(path)}`);
  return { text: await response.text(), tag: response.headers.get('etag') };
};

export const put = async (path, text, tag) => {
  const headers = { 'content-type': 'text/plain', ...(tag ? { 'if-match': tag } : { 'if-none-match': '*' }) };
  const response = await send(`/api/file?path=${encodeURIComponent(path)}`, { method: 'PUT', headers, body: text });
  return response.headers.get('etag');
};

export const cancel = (run) => send(`/api/runs/${run}`, { method: 'DELETE' });

export const download = async (format, settings) => {
  const headers = { 'content-type': 'application/json' };
  const response = await send(`/api/export/${format}`, { method: 'POST', headers, body: JSON.stringify({ settings }) });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = `exacity-report.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

// Follows a stream; a stream that ends by itself is tried again.
export const follow = (path, listeners) => {
  let source;
  let again;
  const open = () => {
    source = new EventSource(path);
    source.onopen = () => tell('here');
    source.onerror = () => {
      tell('gone');
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, 1500);
    };
    for (const [kind, listener] of Object.entries(listeners)) {
      source.addEventListener(kind, (event) => listener(JSON.parse(event.data)));
    }
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
};
