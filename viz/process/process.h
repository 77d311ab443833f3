/* Running another program, on POSIX systems and Windows. Private to viz/. */
#ifndef VIZ_PROCESS_H
#define VIZ_PROCESS_H

#include <autograd/base.h>

/* Runs the program arguments[0], which is searched for in PATH, without a shell. Waits until it
 * ends, but at most `seconds`; then the program is stopped. `arguments` ends with NULL. The
 * program's input is empty and its output is discarded, because the library prints nothing on its
 * caller's behalf. AG_OK if the program reports success. Errors: STATE (there is no such program,
 * or the system cannot run one), IO (it failed), OVERFLOW (it took too long), MEMORY. */
ag_status viz__run(char *const arguments[], int seconds);

/* Makes a PDF or PNG file, by its ending, from an SVG file, with librsvg. Errors: as viz_render. */
ag_status viz__convert_svg(const char *svg_path, const char *out_path);

#endif
