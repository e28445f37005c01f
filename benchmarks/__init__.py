"""Speed, scale and side-by-side runs. Nothing here is imported by the packages."""
