// The score of a card as it is being filled in; the server counts it anew when it is submitted.
import type { Answers, Sheet } from "./qualityapi";

export interface ScoreNow { percent: number | null; earned: number | null; misses: string[]; answered: number; questions: number }

export function scoreNow(sheet: Sheet, answers: Answers): ScoreNow {
  let earned = 0;
  let weight = 0;
  let answered = 0;
  const misses: string[] = [];
  const questions = sheet.sections.flatMap((section) => section.questions);
  for (const question of questions) {
    const given = answers[question.id];
    if (given === undefined || (!given.na && given.points === null)) continue;
    answered += 1;
    if (given.points === null) continue;
    weight += question.weight;
    earned += question.weight * given.points / question.points_max;
    if (question.critical && given.points === 0) misses.push(question.id);
  }
  const share = weight === 0 ? null : 100 * earned / weight;
  return { percent: misses.length > 0 ? 0 : share, earned: share, misses, answered, questions: questions.length };
}

/** The questions that nothing was chosen for, in their order. */
export function gaps(sheet: Sheet, answers: Answers): string[] {
  return sheet.sections.flatMap((section) => section.questions)
    .filter(({ id }) => answers[id] === undefined || (!answers[id].na && answers[id].points === null)).map(({ id }) => id);
}
