/** What the run teaches, next to where the book teaches it. */
import type { VNode } from "preact";
import type { LessonsModel } from "./lessons_model.ts";
import type { ShownLesson } from "./lessons.ts";

/** Stands last, and its row is of fixed height and scrolled sideways: lessons that come move nothing. */
export function LessonsCard({ model }: { model: LessonsModel }): VNode {
  const { lessons, putAway } = model.view.value;
  return (
    <section class="card lessons" aria-labelledby="lessons-title">
      <div class="lessons-head">
        <h2 id="lessons-title">
          Lessons <span class="unit">of the book that this run shows</span>
        </h2>
        <button type="button" class="button" disabled={putAway === 0} onClick={model.bringBack}>
          Bring back {putAway}
        </button>
      </div>
      {lessons.length === 0
        ? (
          <p class="lessons-none">
            None for now. They appear when something happens that the book explains: learning that is slow,
            too fast, or by heart.
          </p>
        )
        : (
          <ul class="lesson-row" tabIndex={0} aria-label="Lessons">
            {lessons.map((lesson) => (
              <LessonItem
                key={lesson.id}
                lesson={lesson}
                onHide={() => model.hide(lesson.id)}
              />
            ))}
          </ul>
        )}
      <p class="visually-hidden" aria-live="polite">
        {lessons.length > 0 && `Lesson: ${lessons.at(-1)!.title}.`}
      </p>
    </section>
  );
}

function LessonItem({ lesson, onHide }: { lesson: ShownLesson; onHide: () => void }): VNode {
  const { title, text, figure, isNow, where, address } = lesson;
  return (
    <li class="lesson">
      <div class="lesson-head">
        <h3>{title}</h3>
        <button type="button" class="button" aria-label={`Put away: ${title}`} onClick={onHide}>
          Put away
        </button>
      </div>
      <p class={isNow ? "figure" : "figure is-past"}>
        {figure}.{!isNow && " Not so any more."}
      </p>
      <p class="text">{text}</p>
      <p class="where">
        <a href={address} target="_blank" rel="noreferrer">{where}</a>
      </p>
    </li>
  );
}
