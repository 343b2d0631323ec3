// The line to the server under JsSIP: knows within seconds that nobody is there, or not there any more.
const ALIVE_EVERY_MS = 1_000;
const SILENCE_MAX_MS = 3_500;
const KEEP_ALIVE = "\r\n\r\n";
const CODE_SILENT = 4408;

/** The form JsSIP asks of a transport. Its handlers are JsSIP's own. */
export class LineSocket {
  readonly via_transport = "WS";
  readonly sip_uri: string;
  onconnect: () => void = () => undefined;
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => undefined;
  ondata: (data: string) => void = () => undefined;
  #socket: WebSocket | null = null;
  #heardAt = 0;
  #beat = 0;

  constructor(readonly url: string, private readonly closed: (code: number) => void) {
    this.sip_uri = `sip:${new URL(url).host};transport=ws`;
  }

  connect(): void {
    if (this.#socket !== null) return;
    const socket = new WebSocket(this.url, "sip");
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#beat = window.setInterval(() => this.#keepAlive(), ALIVE_EVERY_MS);
    socket.onopen = () => {
      this.#heardAt = Date.now();
      this.onconnect();
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.#heardAt = Date.now();
      this.ondata(event.data);
    };
    socket.onclose = (event) => this.#over(socket, event.code);
  }

  disconnect(): void {
    const socket = this.#socket;
    this.#forget();
    socket?.close();
  }

  isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.#socket?.readyState === WebSocket.CONNECTING;
  }

  send(message: string): boolean {
    if (!this.isConnected()) return false;
    this.#socket?.send(message);
    return true;
  }

  #keepAlive(): void {
    if (Date.now() - this.#heardAt <= SILENCE_MAX_MS) {
      this.send(KEEP_ALIVE);
      return;
    }
    const silent = this.#socket;
    silent?.close();
    if (silent !== null) this.#over(silent, CODE_SILENT);
  }

  #over(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#forget();
    this.closed(code);
    this.ondisconnect(code !== 1000, code, "");
  }

  #forget(): void {
    clearInterval(this.#beat);
    this.#socket = null;
  }
}
