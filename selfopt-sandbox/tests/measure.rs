#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout, clippy::unwrap_used, clippy::allow_attributes)]
use selfopt_core::*;
use selfopt_sandbox::LocalSandbox;
use std::sync::Arc;
use std::time::Instant;
fn spec(cmd:&str, phase: Phase)->CommandSpec{CommandSpec{cmd:cmd.into(),working_directory:String::new(),env:Default::default(),phase,network:Network::Open,limits:Default::default()}}
#[tokio::test]
async fn measure(){
  for which in ["process","bubblewrap"]{
    let dir=tempfile::tempdir().unwrap();
    let s= if which=="process"{LocalSandbox::process(dir.path()).unwrap()}else{LocalSandbox::bubblewrap(dir.path()).unwrap()};
    let iso=s.probe().await.unwrap(); println!("{which} {} {:?}",iso.clones, iso.version);
    let w=s.open(WorkspaceSpec{label:"m".into(),files:Arc::new(MemoryTree::new([("package.json",r#"{"name":"x","version":"1.0.0","dependencies":{"is-odd":"3.0.1","lodash":"4.17.21","typescript":"5.4.5"}}"#)])),cancel:CancelFlag::default()}).await.unwrap();
    let ballast: Vec<u8> = vec![1; 150<<20];
    for cmd in ["true","node -e 0", "node -e 'let s=0; for (let i=0;i<3e8;i++) s+=i; '"]{
      let mut walls=vec![];let mut cpus=vec![];let mut outer=vec![];let mut rss=0;
      for _ in 0..15{ let t=Instant::now(); let o=w.run(spec(cmd,Phase::Test),&NoLog).await.unwrap(); outer.push(t.elapsed().as_micros()); assert!(o.succeeded()); walls.push(o.usage.wall_ns/1000);cpus.push(o.usage.cpu_us);rss=o.usage.max_rss.0; }
      walls.sort();cpus.sort();outer.sort();
      println!("  {cmd}: wall min {} med {} µs; cpu min {} med {} µs; around med {} µs; rss {} KiB",walls[0],walls[7],cpus[0],cpus[7],outer[7],rss/1024);
    }
    drop(ballast);
    for i in 0..2 { let t=Instant::now(); let o=w.run(spec("rm -rf node_modules package-lock.json; npm install && ls node_modules | head -5 && npm config get cache userconfig && du -sh node_modules",Phase::Install),&NoLog).await.unwrap(); println!("  install {i} {:?} {} {}",t.elapsed(),o.status,o.text()); }
    let o=w.run(spec("mkdir many; i=0; while [ $i -lt 100 ]; do cp -r node_modules/lodash many/$i; i=$((i+1)); done; find . | wc -l",Phase::Build),&NoLog).await.unwrap(); println!("  {} {}",o.status,o.text());
    let t=Instant::now(); let snap=w.freeze().await.unwrap(); println!("  freeze {:?}",t.elapsed());
    let t=Instant::now(); let f=w.fork(&snap).await.unwrap(); println!("  fork {:?}",t.elapsed());
    let t=Instant::now(); f.close().await.unwrap(); println!("  close {:?}",t.elapsed());
    let e=s.environment().await.unwrap(); println!("  {:?} {:?}", e.fixed, e.varying);
  }
}
