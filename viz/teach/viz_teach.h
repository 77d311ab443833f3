/* Exercises made from a recorded graph: other numbers for each student, what a wrong answer comes
 * from, answers read back from a filled-in worksheet, and a check of any printed calculation. The
 * worksheet and its key are traces (viz_options.sheet); questions for Moodle are the formats
 * VIZ_MOODLE and VIZ_GIFT. No node has more than 64 elements. Of tensors each element of a value and of
 * a gradient is asked for, but no local partial; ag_retain_grads before the pass keeps the gradients
 * of inner nodes.
 */
#ifndef VIZ_TEACH_VIZ_TEACH_H
#define VIZ_TEACH_VIZ_TEACH_H

#include <autograd/engine.h>
#include <stdio.h>

#include "viz.h"

AG_BEGIN_C

/* --- variants --------------------------------------------------------------------------------- */

/* The same computation, recorded on a graph of its own and differentiated, with other round values
 * of the inputs and parameters: of the same sign, from 0.2 to 5. Constants stay. The same seed
 * gives the same values. *New*: free it with ag_graph_free(ag_graph_of(variant)), before the root's
 * graph is freed. NULL and an error in the root's graph on failure: MEMORY, VALUE (no draw of a
 * hundred gave numbers that can be written on a board: finite, below 10000, and other ones than
 * the root's), and those of the operations. */
AG_API ag_tensor *viz_variant(const ag_tensor *root, uint64_t seed);

/* --- answers ---------------------------------------------------------------------------------- */

/* A student's number for a blank, or what stands there and is none. */
typedef struct viz_answer {
    size_t blank;     /* its number on the worksheet, from 1 */
    double value;     /* as given */
    double tolerance; /* half a unit of the last digit given; 0 for a fraction such as 1/2, and for
                       * a whole number below 100 */
    const char *unread; /* what cannot be read, as "six" or "0,91"; *borrowed* from the text; NULL
                         * for a number */
    size_t unread_bytes;
} viz_answer;

/* Reads the answers of a worksheet that was filled in as text, Markdown or LaTeX: the number after
 * each (3), or a calculation, such as 1/2. Blanks that are empty are left out; of two answers to a
 * blank the first counts that can be read. The text may have any bytes and needs no end. Writes at
 * most `room` answers, in the order of the text; *n is how many there are. Errors: NULL_ARGUMENT,
 * MEMORY. */
AG_API AG_MUST_USE ag_status viz_read_answers(const char *text, size_t bytes, viz_answer *answer,
                                              size_t room, size_t *n);

/* --- diagnosis -------------------------------------------------------------------------------- */

/* Mistakes: the code, VIZ_MISTAKE_<code>, and what the student did. */
#define VIZ_MISTAKE_TABLE(X)                                                                       \
    X(NONE, "no mistake that is known")                                                            \
    X(SIGN, "the sign is wrong")                                                                   \
    X(TERM_SIGN, "one term has the wrong sign")                                                    \
    X(PATH, "one path is left out")                                                                \
    X(ONE_PATH, "only one path is taken")                                                          \
    X(PATHS_MULTIPLIED, "the paths are multiplied instead of added")                               \
    X(NO_PARTIAL, "the local partial (the inner derivative) is left out")                          \
    X(NO_UPSTREAM, "the upstream gradient is left out")                                            \
    X(ADDED, "upstream gradient and local partial are added instead of multiplied")                \
    X(VALUE, "the value stands in place of the derivative")                                        \
    X(OPERAND, "the operand stands in place of the derivative")                                    \
    X(AT_OUTPUT, "the derivative is taken at the output instead of the input")                     \
    X(OTHER_OPERAND, "the derivative is that by the other operand")                                \
    X(RECIPROCAL, "the derivative is upside down")                                                 \
    X(WITH_UPSTREAM, "the upstream gradient is already multiplied in")                             \
    X(SWAPPED, "the operands are exchanged")                                                       \
    X(DEGREES, "the angle is taken in degrees")                                                    \
    X(NOT_APPLIED, "the function is left out")                                                     \
    X(TRANSPOSED, "a matrix is transposed and must not be, or must be and is not")                 \
    X(NO_SUM, "a sum over an axis is left out: this is one summand alone")                         \
    X(SUMMANDS, "the number of summands is a factor too much or too little, as of mean and sum")   \
    X(FACTOR, "the constant factor of the derivative is left out")

typedef enum viz_mistake {
#define VIZ__MISTAKE_ENUM(code, text) VIZ_MISTAKE_##code,
    VIZ_MISTAKE_TABLE(VIZ__MISTAKE_ENUM)
#undef VIZ__MISTAKE_ENUM
        VIZ_MISTAKE_COUNT
} viz_mistake;

/* The words of a mistake. *Borrowed*, constant. */
AG_API const char *viz_mistake_text(viz_mistake mistake);

typedef enum viz_verdict {
    VIZ_UNKNOWN_BLANK, /* there is no such blank */
    VIZ_CORRECT,
    VIZ_FOLLOWS, /* correct, given the student's earlier answers, of which one is wrong */
    VIZ_ONE_CAUSE,
    VIZ_TWO_CAUSES,
    VIZ_UNCLEAR, /* more than two mistakes give this number, or none that is known */
    VIZ_UNREAD,  /* what is given is no number */
    VIZ_VERDICT_COUNT
} viz_verdict;

typedef struct viz_diagnosis {
    viz_answer given;
    double right; /* the answer of the key */
    viz_verdict verdict;
    viz_mistake cause[2]; /* one or two; else NONE */
    size_t through[2];    /* the step of the consumer over which the mistaken term runs */
} viz_diagnosis;

/* Says of each answer whether it is right, follows from an earlier wrong one, or is exactly what
 * one mistake gives; a mistake is named only where at most two of them give the number. The
 * factors of a term are the student's own answers where there are any, else the key's, and their
 * rounding is carried through; of tensors always the key's. The blanks are those of a worksheet with the same options, which may
 * be NULL. `diagnosis` has room for n. Errors: as viz_write; VALUE (a node has more than 64
 * elements). */
AG_API AG_MUST_USE ag_status viz_diagnose(const ag_tensor *root, const viz_options *options,
                                          const viz_answer *answer, size_t n,
                                          viz_diagnosis *diagnosis);

/* Prints the same, a line for each answer, and how many are right. */
AG_API ag_status viz_diagnose_print(FILE *out, const ag_tensor *root, const viz_options *options,
                                    const viz_answer *answer, size_t n);

/* --- a check of printed calculations ---------------------------------------------------------- */

typedef struct viz_check_result {
    size_t checked; /* numbers to the right of = or ≈ that were computed again */
    size_t wrong;   /* of these, how many are not what stands to their left */
    size_t skipped; /* lines too long or too deep to be read */

    /* Numbers that are not judged: behind = or ≈, where what stands to the left has letters, as
     * exp(4) = 54.60; and those that fill a cell of a table. The lines of the first of them. */
    size_t unread;
    size_t unread_line[12];
    size_t unread_lines; /* how many lines have such numbers */
} viz_check_result;

/* Computes every calculation in a text, a page in Markdown or LaTeX again, "1 × 0.5 + 2 × 0.25 = 1",
 * and compares it with the number that follows, which may be rounded to the digits it has. Knows +,
 * -, *, ×, ·, /, ÷, ^, parentheses, \times, \cdot, \frac, \sqrt. Other text is passed over, and the
 * numbers in it are counted. Writes a line for each number that is wrong to `report`, unless that
 * is NULL. The text may have any bytes and needs no end. Errors: NULL_ARGUMENT, IO. */
AG_API AG_MUST_USE ag_status viz_check(FILE *report, const char *text, size_t bytes,
                                       viz_check_result *result);

AG_END_C

#endif
