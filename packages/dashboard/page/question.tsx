/** A question before what cannot be undone. */
import type { VNode } from "preact";
import { Dialog } from "./dialog.tsx";

interface QuestionProps {
  title: string;
  /** What will happen. */
  text: string;
  /** What the button says that lets it happen. */
  yes: string;
  answer: (isYes: boolean) => void;
}

/** The focus begins at the button that does nothing. */
export function Question({ title, text, yes, answer }: QuestionProps): VNode {
  return (
    <Dialog title={title} close={() => answer(false)}>
      <p>{text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => answer(false)}>Cancel</button>
        <button type="button" class="button is-grave" onClick={() => answer(true)}>{yes}</button>
      </div>
    </Dialog>
  );
}
