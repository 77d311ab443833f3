/* What the files of the stepper share. Private to viz/stepper/. */
#ifndef VIZ_STEPPER_PARTS_H
#define VIZ_STEPPER_PARTS_H

#include "viz/record/record.h"

/* --- mathml.c: formulas in MathML, for within <math> ------------------------------------------ */

void viz__mathml_begin(viz__out *out);
void viz__mathml_end(viz__out *out);
void viz__mathml_name(viz__out *out, const char *name);
void viz__mathml_operator(viz__out *out, const char *sign);

/* Writes a number, in parentheses if it is negative and not the first factor. */
void viz__mathml_number(viz__out *out, double value, int digits, bool first);

/* Writes ∂f/∂c as a fraction; ∂c/∂a, with the place of the operand if it occurs more than once. */
void viz__mathml_gradient(viz__out *out, const viz__record *r, size_t step);
void viz__mathml_partial(viz__out *out, const viz__record *r, size_t step, size_t operand);

/* mathml_formula.c: writes a formula of the engine for a node. */
void viz__mathml_formula(viz__out *out, const viz__record *r, size_t step, const char *text);

/* --- forward_rows.c, backward_rows.c: rows of the table --------------------------------------- */

/* An answer stands between these: the page can hide it. */
#define VIZ__ANSWER "<span class=\"answer\">"
#define VIZ__ANSWER_END "</span>"

/* Begins the row of a step: its number and, for the script, that of its fragment. */
void viz__page_row(viz__out *out, size_t step, size_t fragment);

/* The rows of the values, and then, the newest first, those of the gradients of n shown nodes. */
void viz__page_forward(viz__out *out, viz__record *r);
void viz__page_backward(viz__out *out, viz__record *r, size_t n);

/* --- page_style.c, page_script.c -------------------------------------------------------------- */

/* Lines of the style sheet and of the script, each with a NULL at the end. The script is always the
 * same, and the page names its SHA-256, so that no other script can run in it. */
extern const char *const viz__page_style[], *const viz__page_script[];
extern const char viz__page_script_hash[];

#endif
