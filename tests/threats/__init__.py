"""One test for each way in which others were attacked by mail, named by its number and by what is promised."""
