/* Formulas as a spreadsheet has them. Private to viz/data/. */
#ifndef VIZ_CELL_FORMULA_H
#define VIZ_CELL_FORMULA_H

#include "viz/text/text.h"

/* Names in a formula stand between these, as "\1" "12" "\2" for step 12. */
#define VIZ__CELL_OPEN '\1'
#define VIZ__CELL_CLOSE '\2'

/* Writes a formula in ASCII notation, whose names are steps as above, in OpenFormula: step 12 as the
 * cell in column D and row 12 + row_of_first. false, and nothing is written, if it has a function
 * that spreadsheets do not have. `out` must be a string. */
bool viz__cell_formula(viz__out *out, const char *formula, size_t row_of_first);

#endif
