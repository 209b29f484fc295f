/** The most documents that are listed for each query: lists are put in order by single invocations. */
export const MOST_LISTED = 1024;
