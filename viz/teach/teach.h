/* What the files of exercises share. Private to viz/teach/. */
#ifndef VIZ_TEACH_H
#define VIZ_TEACH_H

#define AG_NO_SITES
#include <autograd/viz_teach.h>

#include "viz/record/blanks.h"

/* --- mistakes.c: what mistakes give ------------------------------------------------------------ */

/* A wrong number and the mistake that gives it. */
typedef struct viz__wrong {
    viz_mistake mistake;
    size_t through; /* the step of the consumer of the mistaken term, or the node itself */
    double value;
} viz__wrong;

#define VIZ__MOST_WRONG 200
#define VIZ__DEGREE (3.14159265358979323846 / 180)

/* The numbers that the mistakes are made with: the student's own ones, or the key's. */
typedef struct viz__factors {
    viz__record *record;
    /* The value of a node, a local partial, a gradient, with half a unit of its last digit. */
    double (*get)(const struct viz__factors *f, viz__asked asked, size_t step, size_t operand,
                  double *half);
    const void *user;
} viz__factors;

/* What is right with these factors, and in *half what their rounding amounts to. In a graph with
 * tensors the factors do not count: it is the key's answer. */
double viz__expected(const viz__factors *f, const viz__blank *b, double *half);

/* Lists what typical mistakes give for a blank; returns how many there are, at most
 * VIZ__MOST_WRONG. */
size_t viz__mistakes(const viz__factors *f, const viz__blank *b, viz__wrong wrong[VIZ__MOST_WRONG]);

/* wrong_list.c: a list of wrong numbers for a blank. A number that is right all the same shows no mistake, and is
 * not added. */
typedef struct viz__wrongs {
    const viz__factors *f;
    const viz__blank *blank;
    double right;
    viz__wrong *wrong; /* with room for VIZ__MOST_WRONG */
    size_t n;
} viz__wrongs;
void viz__wrong_add(viz__wrongs *l, viz_mistake mistake, size_t through, double value);

/* Is the node a sine, cosine or tangent, as its formula has it? */
bool viz__is_of_angle(viz__record *r, size_t step);

/* tensor_mistakes.c: the same for an element of a tensor, made with the numbers of the key. */
void viz__tensor_mistakes(viz__wrongs *l);

/* The factors of the key. */
double viz__key_factor(const viz__factors *f, viz__asked asked, size_t step, size_t operand,
                       double *half);

/* Writes what a blank asks for: "∂f/∂c". */
void viz__blank_name(viz__out *out, viz__record *r, const viz__blank *b);

/* Writes a mistake, and over which consumer the mistaken term runs. */
void viz__mistake_put(viz__out *out, viz__record *r, const viz__blank *b, viz_mistake mistake,
                      size_t through);

/* Half a unit of the last of `digits` significant digits. */
double viz__half_unit(double value, int digits);

/* --- quiz.c: questions ------------------------------------------------------------------------- */

void viz__moodle_draw(viz__out *out, viz__record *r);
void viz__gift_draw(viz__out *out, viz__record *r);

#endif
