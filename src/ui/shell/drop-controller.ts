import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Files dropped anywhere on the page, for an element that takes some of them. */
export class DropController implements ReactiveController {
  /** Whether files are being dragged over the page. */
  hovering = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly takes: (name: string) => boolean,
    private readonly drop: (files: readonly File[]) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('dragover', this.over);
    addEventListener('dragleave', this.leave);
    addEventListener('drop', this.dropped);
  }

  hostDisconnected(): void {
    removeEventListener('dragover', this.over);
    removeEventListener('dragleave', this.leave);
    removeEventListener('drop', this.dropped);
  }

  private readonly over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    // Else the browser would leave the page to show the file.
    event.preventDefault();
    this.become(true);
  };

  private readonly leave = ({ relatedTarget }: DragEvent): void => {
    if (relatedTarget === null) this.become(false);
  };

  private readonly dropped = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) event.preventDefault();
    this.become(false);
    const wanted = files.filter(({ name }) => this.takes(name));
    if (wanted.length > 0) this.drop(wanted);
  };

  private become(hovering: boolean): void {
    if (this.hovering === hovering) return;
    this.hovering = hovering;
    this.host.requestUpdate();
  }
}
