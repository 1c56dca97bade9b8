/** Half a second of two tones, then a pause. Seconds. */
const CYCLE = 2.4;
const RINGS_AHEAD = 12;

/** Sound and notification for a call that comes in, also while the tab is hidden. */
export class Alerts {
  #audio: AudioContext | null = null;
  #tone: GainNode | null = null;
  #notification: Notification | null = null;

  /** To be called in a gesture of the agent: browsers let pages sound only after one. */
  allow(): void {
    this.wake();
    if ("Notification" in window && Notification.permission === "default") {
      void Notification.requestPermission();
    }
  }

  /** Sound alone, in any gesture. */
  wake(): void {
    this.#audio ??= new AudioContext();
    void this.#audio.resume();
  }

  ring(title: string, who: string): void {
    this.hush();
    this.#sound();
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      this.#notification = new Notification(title, { body: who, tag: "screenpop.call" });
      this.#notification.onclick = () => window.focus();
    }
  }

  hush(): void {
    this.#tone?.disconnect();
    this.#tone = null;
    this.#notification?.close();
    this.#notification = null;
  }

  /** All rings are planned at once: nothing hangs on a timer of a hidden page. */
  #sound(): void {
    const audio = this.#audio;
    if (audio === null || audio.state !== "running") return;
    const tone = audio.createGain();
    tone.gain.value = 0;
    tone.connect(audio.destination);
    const begin = audio.currentTime;
    for (let n = 0; n < RINGS_AHEAD; n += 1) {
      const at = begin + n * CYCLE;
      tone.gain.setTargetAtTime(0.12, at, 0.02);
      tone.gain.setTargetAtTime(0, at + 0.5, 0.08);
    }
    for (const frequency of [523.25, 659.25]) {
      const oscillator = audio.createOscillator();
      oscillator.frequency.value = frequency;
      oscillator.connect(tone);
      oscillator.start(begin);
      oscillator.stop(begin + RINGS_AHEAD * CYCLE);
    }
    this.#tone = tone;
  }
}
