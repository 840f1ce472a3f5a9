mod documentation;
mod emission;
mod exposition;
mod names;
